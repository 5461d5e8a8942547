// What a prompt can order the demo agent to do, for tests: whole lines that begin with `demo:`. See the README.
import { spawn } from 'node:child_process';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { emit, say } from './emit.ts';

const FLOOD_LINE_BYTES = 1024;
const LOOK_EVERY_MS = 20;
const UNITS: Readonly<Record<string, number>> = { '': 1, KB: 1e3, MB: 1e6, GB: 1e9, ms: 1, s: 1e3, m: 60e3 };

export interface Directive {
  readonly verb: string;
  readonly rest: string;
}

/** What the directives left to say. */
export interface Orders {
  /** The exact final text, instead of a survey. */
  result?: string;
  /** The run is to fail, for this reason. */
  failure?: string;
  /** The process is to end at once with this code, without a result. */
  exitCode?: number;
}

/** A part of a prompt that is context, as shared/prompt/build.ts marks it; its boundary is new for each prompt. */
const CONTEXT = /<rebyte-context id="([^"]+)"[^]*?<\/rebyte-context id="\1">/g;

/** The directives of a prompt's instructions, in order. What stands in its context was said to somebody else. */
export function directivesIn(prompt: string): readonly Directive[] {
  return [...prompt.replace(CONTEXT, '').matchAll(/^[ \t]*demo:[ \t]*(\w+)[ \t]*(.*?)\r?$/gm)].map(
    ([, verb = '', rest = '']) => ({
      verb,
      rest,
    }),
  );
}

/** Obeys one directive; an ending is noted in the orders. An unknown verb is an error, not a shrug. */
export async function obey({ verb, rest }: Directive, orders: Orders): Promise<void> {
  const [first, remainder] = split(rest);
  switch (verb) {
    case 'say':
      return say(unescape(rest));
    case 'event':
      return emit(first, JSON.parse(remainder || '{}'));
    case 'flood':
      return flood(amount(first));
    case 'env':
      return say(Object.keys(process.env).sort().join('\n'));
    case 'sleep':
      return delay(amount(first));
    case 'wait':
      return fileAppears(inside(process.cwd(), first));
    case 'spawn':
      return leaveBehind(amount(first));
    case 'write':
      return write(inside(process.cwd(), first), unescape(remainder));
    case 'artifact':
      return write(
        inside(process.env['REBYTE_ARTIFACTS_DIR'] ?? process.cwd(), first),
        'x'.repeat(amount(remainder || '0')),
      );
    case 'result':
      orders.result = unescape(rest);
      return undefined;
    case 'fail':
      orders.failure = rest || 'told to fail';
      return undefined;
    case 'exit':
      orders.exitCode = Number(first);
      return undefined;
    default:
      throw new Error(`demo: ${verb} is no directive; see emulator/README.md`);
  }
}

function split(text: string): [string, string] {
  const at = text.indexOf(' ');
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** `\n`, `\r`, `\t`, `\\`, `\xHH` and `\uHHHH` mean what they mean in JavaScript, so that a line can hold any text. */
function unescape(text: string): string {
  const named: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\' };
  return text.replaceAll(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|([nrt\\]))/gi, (_, x?: string, u?: string, name = '') => {
    const hex = x ?? u;
    return hex === undefined ? (named[name] ?? name) : String.fromCharCode(Number.parseInt(hex, 16));
  });
}

/** `2s`, `200ms`, `100MB`, `1024`. */
function amount(text: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(text) ?? [];
  const factor = UNITS[unit];
  if (digits === undefined || factor === undefined)
    throw new Error(`demo: ${JSON.stringify(text)} is no amount like 2s, 200ms or 100MB`);
  return Number(digits) * factor;
}

/** A path that stays in the folder. */
function inside(folder: string, path: string): string {
  const target = resolve(folder, path);
  if (target.startsWith(resolve(folder) + sep)) return target;
  throw new Error(`demo: ${path} is outside the workspace`);
}

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

async function flood(bytes: number): Promise<void> {
  const line = `${'0123456789abcdef'.repeat(FLOOD_LINE_BYTES / 16).slice(1)}\n`;
  for (let left = bytes; left > 0; left -= FLOOD_LINE_BYTES) await say(line.slice(-left));
}

async function fileAppears(path: string): Promise<void> {
  while (
    !(await access(path).then(
      () => true,
      () => false,
    ))
  )
    await delay(LOOK_EVERY_MS);
}

/** A process in a session of its own, as a daemon an agent leaves behind: what cancel must find. */
async function leaveBehind(ms: number): Promise<void> {
  const child = spawn(process.execPath, ['-e', `setTimeout(() => {}, ${ms})`], { detached: true, stdio: 'inherit' });
  child.unref();
  await say(`spawned ${child.pid}`);
}
