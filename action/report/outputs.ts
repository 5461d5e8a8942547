import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { OUTPUTS, type OutputName } from '../inputs/inputs.ts';
import type { LogPort } from '../../shared/ports/log.ts';
import { messageOf } from '../../shared/model/message-of.ts';

export type Outputs = Partial<Record<OutputName, string>>;

/** A job's outputs may hold 1 MB in all; a step whose env gets one of them breaks above 128 KiB. */
const MAX_RESULT_BYTES = 100 * 1024;

/** Sets every output, '' where there is nothing, and `settled`, by which the composite knows that no cleanup is due. */
export async function writeOutputs(outputs: Outputs, settled: boolean): Promise<void> {
  const core = await import('@actions/core');
  for (const name of Object.keys(OUTPUTS)) core.setOutput(name, valueOf(outputs, name));
  core.setOutput('settled', settled);
}

function valueOf(outputs: Outputs, name: string): string {
  for (const [key, value] of Object.entries(outputs)) if (key === name) return value;
  return '';
}

/** Adds to the job summary; outside a workflow there is none. */
export async function writeSummary(markdown: string): Promise<void> {
  if (!process.stdout.writable) return;
  const core = await import('@actions/core');
  await core.summary.addRaw(markdown, true).write();
}

export interface ResultPlace {
  /** Folder for the file. */
  readonly temp: string;
  readonly taskId: string;
  readonly log: LogPort;
}

/** The result as outputs: the text up to a limit, a file with all of it, and the JSON in it. */
export async function resultOutputs(result: string, place: ResultPlace): Promise<Outputs> {
  return {
    result: cutToBytes(result, MAX_RESULT_BYTES),
    'result-file': await keepWhole(result, place),
    'result-json': jsonIn(result),
  };
}

/** A full disk costs the file and not the run, which has its result. What was half written goes: others need the room. */
async function keepWhole(result: string, { temp, taskId, log }: ResultPlace): Promise<string> {
  const file = path.join(temp, `rebyte-result-${taskId.replaceAll(/[^\w-]/g, '_')}.md`);
  try {
    await writeFile(file, result);
    return file;
  } catch (error) {
    await rm(file, { force: true }).catch(() => undefined);
    log.warning(`The file with the whole result could not be written: ${messageOf(error)}`);
    return '';
  }
}

/** Cuts at a character's border. */
export function cutToBytes(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  return new TextDecoder('utf-8', { fatal: false }).decode(bytes.subarray(0, maxBytes)).replace(/\uFFFD+$/, '');
}

/** The whole text as JSON, or its last fenced `json` block; '' when there is none, or it is too large for an output. */
export function jsonIn(result: string): string {
  const blocks = [...result.matchAll(/^```json[^\S\n]*\n([\s\S]*?)\n```[^\S\n]*$/gm)];
  for (const candidate of [result, blocks.at(-1)?.[1] ?? '']) {
    if (candidate.trim() === '' || Buffer.byteLength(candidate) > MAX_RESULT_BYTES) continue;
    try {
      JSON.parse(candidate);
      // As it was written: parsing and printing again would change large numbers.
      return candidate.trim();
    } catch {
      // Not JSON: most results are prose.
    }
  }
  return '';
}
