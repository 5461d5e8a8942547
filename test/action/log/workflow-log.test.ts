import { Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { AgentLog } from '../../../action/log/agent-log.ts';
import { WorkflowLog } from '../../../action/log/workflow-log.ts';

function recorder(): { log: WorkflowLog; lines: () => string[] } {
  let written = '';
  const out = new Writable({
    write(chunk, _encoding, done) {
      written += String(chunk);
      done();
    },
  });
  return { log: new WorkflowLog(() => out), lines: () => written.split('\n').slice(0, -1) };
}

test('escapes what could end an annotation', () => {
  const { log, lines } = recorder();
  log.error('100%\n::error::x');
  expect(lines()).toEqual(['::error title=Rebyte::100%25%0A::error::x']);
});

test('masks a secret here and tells the runner, line by line', () => {
  const { log, lines } = recorder();
  log.addSecret('rbk_one\nrbk_two');
  log.addSecret('');
  log.info('the key is rbk_one\nrbk_two indeed');
  expect(lines()).toEqual(['::add-mask::rbk_one', '::add-mask::rbk_two', 'the key is ***', '*** indeed']);
});

test('opens its stream, and tells the runner of secrets, only when there is something to say', () => {
  let opened = 0;
  const out = new Writable({ write: (_chunk, _encoding, done) => done() });
  const log = new WorkflowLog(() => {
    opened += 1;
    return out;
  });
  log.addSecret('rbk_one');
  expect(opened).toBe(0);
  log.info('a');
  log.info('b');
  expect(opened).toBe(1);
});

test('tells the runner of secrets before there is a line, when asked to, and once', () => {
  const { log, lines } = recorder();
  log.addSecret('rbk_one');
  log.tellMasks();
  expect(lines()).toEqual(['::add-mask::rbk_one']);
  log.info('a');
  expect(lines()).toEqual(['::add-mask::rbk_one', 'a']);
});

test('tells the runner of secrets where commands take effect, whatever the next line is', async () => {
  const { log, lines } = recorder();
  log.addSecret('rbk_one');
  await log.foreign('first');
  log.addSecret('rbk_two');
  await log.foreign('second');
  const tokens = lines().flatMap((line) => /^::stop-commands::(.+)$/.exec(line)?.[1] ?? []);
  expect(lines()).toEqual([
    '::add-mask::rbk_one',
    `::stop-commands::${tokens[0]}`,
    'first',
    `::${tokens[0]}::`,
    '::add-mask::rbk_two',
    `::stop-commands::${tokens[1]}`,
    'second',
  ]);
});

test('masks tokens of GitHub’s and signatures of addresses that nobody told it of', async () => {
  const { log, lines } = recorder();
  const token = `ghs_${'a1'.repeat(18)}`;
  const address = 'https://s3.example.com/a.csv?X-Amz-Date=1&X-Amz-Signature=abc';
  log.error(`${token} ${address}`);
  await log.foreign(`${token} ${address}`);
  expect(lines().filter((line) => !line.startsWith('::stop'))).toEqual([
    '::error title=Rebyte::*** https://s3.example.com/a.csv?***',
    '*** https://s3.example.com/a.csv?***',
  ]);
});

test.each([
  ['a tool’s name', 120, (text: string) => ({ eventType: 'tool_use', payload: { name: text } })],
  [
    'a command',
    120,
    (text: string) => ({ eventType: 'tool_use', payload: { name: 'Bash', input: { command: text } } }),
  ],
  ['an output', 20_000, (text: string) => ({ eventType: 'tool_result', payload: { output: text } })],
])('shows no half of a secret where %s is cut', async (_what, limit, event) => {
  const { log, lines } = recorder();
  log.addSecret('rbk_0123456789');
  const agent = new AgentLog(log);
  // A line of its own, because long ones are cut before.
  const before = limit > 4_000 ? 'x\n' : 'x ';
  await agent.show(event(`${before.repeat(limit / 2 - 4)}rbk_0123456789 and more`));
  await agent.end();
  expect(lines().slice(1).join('\n')).not.toMatch(/rbk_0/);
});

test('switches commands off around foreign text, by a token that changes', async () => {
  const { log, lines } = recorder();
  await log.foreign('::error::x');
  log.notice('ours');
  await log.foreign('again');
  log.info('ours');
  const [stop, first, resume, notice, stopAgain, , resumeAgain] = lines();
  expect(stop).toMatch(/^::stop-commands::[0-9a-f-]{36}$/);
  expect(first).toBe(':\u200b:error::x');
  expect(resume).toBe(`::${stop?.slice('::stop-commands::'.length)}::`);
  expect(notice).toBe('::notice title=Rebyte::ours');
  expect(stopAgain).not.toBe(stop);
  expect(resumeAgain).toBe(`::${stopAgain?.slice('::stop-commands::'.length)}::`);
});

test('shows a tool call as a group with its input and output', async () => {
  const { log, lines } = recorder();
  const agent = new AgentLog(log);
  await agent.show({ eventType: 'text', payload: { content: 'Let me ' } });
  await agent.show({ eventType: 'text', payload: { text: 'look.\nNow' } });
  await agent.show({ eventType: 'tool_use', payload: { name: 'Bash', input: { command: 'ls -la' } } });
  await agent.show({ eventType: 'tool_result', payload: { output: 'README.md' } });
  await agent.show({ eventType: 'ask_user_question', payload: { question: 'why?' } });
  await agent.end();
  const shown = lines().filter((line) => !/^::(stop-commands::)?[0-9a-f-]{36}/.test(line));
  expect(shown).toEqual([
    'Let me look.',
    'Now',
    '::group::Bash ls -la',
    '{',
    '  "command": "ls -la"',
    '}',
    'README.md',
    '::endgroup::',
    '[ask_user_question] {"question":"why?"}',
  ]);
});

test('cuts one flood, and stops at a log nobody can read', async () => {
  const { log, lines } = recorder();
  const agent = new AgentLog(log);
  const flood = `${'x'.repeat(99)}\n`.repeat(1_000);
  for (let event = 0; event < 500; event += 1)
    await agent.show({ eventType: 'tool_result', payload: { output: flood } });
  await agent.end();
  const text = lines().join('\n');
  expect(text).toContain('… (100000 characters)');
  expect(text.length).toBeLessThan(9_000_000);
  expect(lines().filter((line) => line.startsWith('::notice'))).toHaveLength(1);
});

test('shows a sentence without an end before the silence that follows it', async () => {
  let tell: (line: string) => void = () => undefined;
  const shown = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const out = new Writable({
    write(chunk, _encoding, done) {
      if (String(chunk).startsWith('Thinking')) tell(String(chunk));
      done();
    },
  });
  const agent = new AgentLog(new WorkflowLog(() => out), 1);
  await agent.show({ eventType: 'text', payload: { content: 'Thinking hard' } });
  expect(await shown).toBe('Thinking hard\n');
});

test('the title of a group is one line, whatever a tool is called', async () => {
  const { log, lines } = recorder();
  const agentLog = new AgentLog(log);
  await agentLog.show({ eventType: 'tool_use', payload: { name: 'x\n::error::y', input: 'a\rb' } });
  await agentLog.end();
  expect(lines()[0]).toBe('::group::x a');
});
