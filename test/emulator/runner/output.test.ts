import { afterAll, describe, expect, test } from '@jest/globals';
import { createLineSplitter } from '../../../emulator/runner/line-splitter.ts';
import { runAction } from '../../../emulator/runner/index.ts';
import { parseWorkflowCommand } from '../../../emulator/runner/workflow-command.ts';
import { actionFolder, removeActionFolders } from './action-folder.ts';

afterAll(removeActionFolders);

describe('workflow commands', () => {
  test.each([
    [
      '::error file=a.ts,line=3,title=x%3Ay%2Cz::It%0Abroke %25',
      { file: 'a.ts', line: '3', title: 'x:y,z' },
      'It\nbroke %',
    ],
    ['  \u00a0\t::error::indented', {}, 'indented'],
    ['\u0085::error::after a .NET space', {}, 'after a .NET space'],
    ['::ERROR::loud', {}, 'loud'],
    ['some text ##[error]in the middle', {}, 'in the middle'],
    ['##[error file=a%3Bb;line=2]old%5D', { file: 'a;b', line: '2' }, 'old]'],
    ['::error::a ::warning::b', {}, 'a ::warning::b'],
  ])('%j is a command', (line, properties, data) => {
    expect(parseWorkflowCommand(line)).toEqual({ name: 'error', properties, data });
  });

  test.each([
    'text ::error::not at the start',
    '::error:no second pair',
    '::errors::unknown',
    '\ufeff::error::',
    '##[ error]',
    ': :error::',
  ])('%j is text', (line) => expect(parseWorkflowCommand(line)).toBeUndefined());
});

test('a line ends at \\n, \\r\\n and a lone \\r, wherever the stream is cut', () => {
  const bytes = Buffer.from('one\r\ntwo\rthrée\n\nlast\r');
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const lines: string[] = [];
    const splitter = createLineSplitter((line) => lines.push(line));
    splitter.push(bytes.subarray(0, cut));
    splitter.push(bytes.subarray(cut));
    splitter.end();
    expect(lines).toEqual(['one', 'two', 'thrée', '', 'last']);
  }
});

async function run(script: string, secrets: readonly string[] = []) {
  const lines = script
    .trim()
    .split('\n')
    .map((line) => `        ${line}`);
  const directory = actionFolder(`    - shell: bash\n      run: |\n${lines.join('\n')}`);
  const result = await runAction({ directory, secrets });
  const [step] = result.steps;
  if (!step) throw new Error('no step');
  const body = step.log.slice(step.log.indexOf('##[endgroup]\n') + '##[endgroup]\n'.length);
  return { ...step, body, masks: result.masks };
}

describe('a step’s output', () => {
  test('annotations come with their properties, groups and commands are shown as GitHub shows them', async () => {
    const step = await run(`
echo '::group::Files'
echo '::notice title=Hi::hello'
echo '::endgroup::'
echo '::debug::unseen'`);
    expect(step.annotations).toEqual([{ level: 'notice', message: 'hello', properties: { title: 'Hi' } }]);
    expect(step.body).toBe('##[group]Files\n##[notice]hello\n##[endgroup]\n');
    expect(step.commands.map((command) => command.name)).toEqual(['group', 'notice', 'endgroup', 'debug']);
  });

  test('a hostile carriage return does fire a command', async () => {
    const step = await run(`printf 'progress\\r::error::boo\\n'`);
    expect(step.commands).toEqual([{ name: 'error', properties: {}, data: 'boo' }]);
  });

  test('between stop-commands and its token nothing fires', async () => {
    const step = await run(`
echo '::stop-commands::tok3n'
echo '::error::inert'
echo '##[add-mask]inert'
echo '::tok3n::'
echo '::warning::alive'`);
    expect(step.commands.map((command) => command.name)).toEqual(['stop-commands', 'warning']);
    expect(step.body).toContain('::error::inert\n##[add-mask]inert\n::tok3n::\n##[warning]alive\n');
  });

  test.each(['', 'error', 'stop-commands'])('stop-commands refuses the token %j', async (token) => {
    expect((await run(`echo '::stop-commands::${token}'`)).outcome).toBe('failure');
  });

  test('secrets and added masks are hidden, line by line', async () => {
    const step = await run(
      `
echo "a pass word b"
echo '::add-mask::first%0Asecond'
echo "see second first"
echo "::error::pass word"`,
      ['pass word'],
    );
    expect(step.body).toBe('a *** b\nsee *** ***\n##[error]***\n');
    expect(step.annotations[0]?.message).toBe('***');
    expect(step.masks).toEqual(['pass word', 'first\nsecond', 'first', 'second']);
  });

  test('set-env is disabled and fails the step', async () => {
    expect(await run(`echo '::set-env name=A::b'`)).toMatchObject({ outcome: 'failure', exitCode: 0 });
  });

  test('the head of the log shows script and variables, masked', async () => {
    const directory = actionFolder(
      `    - { shell: bash, env: { KEY: '\${{ github.token }}', OTHER: plain }, run: 'true' }`,
    );
    const { log } = await runAction({ directory, github: { token: 'ghs_1' } });
    expect(log).toBe(
      '##[group]Run true\ntrue\nshell: bash --noprofile --norc -e -o pipefail {0}\nenv:\n  KEY: ***\n  OTHER: plain\n##[endgroup]\n',
    );
  });
});
