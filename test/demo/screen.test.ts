import { expect, test } from '@jest/globals';
import { createLogView } from '../../demo/log-view.ts';
import { createScreen, type Screen } from '../../demo/screen.ts';

interface Fake {
  readonly screen: Screen;
  readonly text: () => string;
}

function fakeScreen({
  isTTY = false,
  columns = 60,
  env = {},
}: {
  isTTY?: boolean;
  columns?: number;
  env?: object;
}): Fake {
  let text = '';
  const write = (part: string) => void (text += part);
  return {
    screen: createScreen({ plain: false, stream: { write, isTTY, columns }, env: { ...env } }),
    text: () => text,
  };
}

test('colours a terminal, and nothing else', () => {
  const terminal = fakeScreen({ isTTY: true });
  const file = fakeScreen({});
  for (const { screen } of [terminal, file]) screen.say('made', 'done');

  expect(terminal.text()).toContain('\u001B[32m');
  expect(file.text()).toBe('   ✓ made\n');
});

test('heeds NO_COLOR', () => {
  const { screen, text } = fakeScreen({ isTTY: true, env: { NO_COLOR: '1', FORCE_COLOR: '1' } });
  screen.chapter('A title');

  expect(text()).toBe('\n1  A title\n');
});

test('wraps what it says to the columns there are, under the text', () => {
  const { screen, text } = fakeScreen({ columns: 40 });
  screen.say('a rather long sentence about what was done', 'done');

  expect(text()).toBe('   ✓ a rather long sentence about what\n     was done\n');
});

test('shows the groups of a log, and folds what the runner says about itself', () => {
  const { screen, text } = fakeScreen({});
  const log = createLogView(screen);
  for (const line of [
    '##[group]Run exec node',
    'env:',
    '##[endgroup]',
    'Sending …',
    '##[group]Bash ls',
    'file',
    '##[endgroup]',
    'after',
    '##[error]Broken',
  ])
    log(line);

  expect(
    text()
      .split('\n')
      .map((line) => line.trimEnd()),
  ).toEqual([
    '   │ ▸ Run exec node',
    '   │ Sending …',
    '   │ ▾ Bash ls',
    '   │   file',
    '   │ after',
    '   │ ✗ Broken',
    '',
  ]);
});

test('shows an agent that imitates the runner’s marks as text', () => {
  const { screen, text } = fakeScreen({});
  const log = createLogView(screen);
  for (const line of ['::stop-commands::abc', '##[error]not one', 'a\u001B[2Jb', '::abc::', 'on']) log(line);

  expect(text()).toBe('   │ ##[error]not one\n   │ ab\n   │ on\n');
});
