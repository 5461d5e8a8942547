import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@jest/globals';
import type { World } from './world.ts';
import { OUTPUTS } from '../../../action/inputs/inputs.ts';
import type { ActionResult } from '../../../emulator/runner/index.ts';
import { REASONS, type ReasonCode } from '../../../shared/model/reason.ts';

/** Hears a step's log while it runs. */
export class Listener {
  readonly lines: string[] = [];
  readonly #waiting: { words: string; heard: () => void }[] = [];

  readonly onLine = (line: string): void => {
    this.lines.push(line);
    for (const { words, heard } of this.#waiting) if (line.includes(words)) heard();
  };

  /** Resolves when the log has, or gets, a line with these words. */
  async hears(words: string): Promise<void> {
    if (this.lines.some((line) => line.includes(words))) return;
    await new Promise<void>((heard) => void this.#waiting.push({ words, heard }));
  }
}

/** Looks again until it is so. What no log tells (a request under way, a comment) can only be looked at. */
export async function becomes(look: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await look())) await new Promise((resolve) => void setTimeout(resolve, 20));
}

/** Resolves when all armed faults have struck Rebyte: the requests they are meant for are under way. */
export async function faultsStrike(world: World): Promise<void> {
  await becomes(() => world.rebyte.control.faults.list().length === 0);
}

/**
 * Every ending says why, with a code of the closed list, in the outputs and in the summary; every output is set.
 *
 * @param step `cleanup` when the main step was killed and could say nothing.
 */
export function expectEnding(result: ActionResult, reason: ReasonCode, step: 'run' | 'cleanup' = 'run'): void {
  const outputs = result.steps.find(({ id }) => id === step)?.outputs ?? {};
  expect({ log: result.log.slice(-3_000), reason: result.outputs['reason-code'] }).toMatchObject({ reason });
  expect(result.outputs['status']).toBe(REASONS[reason].status);
  for (const name of Object.keys(OUTPUTS)) expect(outputs).toHaveProperty([name]);
  expect(result.summary).toContain(`\`${reason}\``);
}

/** Requests to Rebyte as `METHOD /path`, with `:id` for ids; without what came before `from`. */
export function requestsTo(world: World, from = 0): string[] {
  return world.rebyte.control.requests
    .list()
    .slice(from)
    .map(
      ({ method, path: where }) => `${method} ${where.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, ':id')}`,
    );
}

/** How often something was asked of Rebyte. */
export function times(world: World, request: string): number {
  return requestsTo(world).filter((each) => each === request).length;
}

/** What the emulator refused as not valid by the API's description. */
export function invalidRequests(world: World): string[] {
  const requests = world.rebyte.control.requests.list();
  return requests.filter(({ status }) => status === 400).map(({ method, path: where }) => `${method} ${where}`);
}

interface CheckRun {
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly output: { readonly summary: string | null };
}

/** The check runs on a commit. */
export async function checksOn(world: World, sha: string): Promise<CheckRun[]> {
  const url = `${world.github.apiUrl}/repos/acme/api/commits/${sha}/check-runs`;
  const response = await fetch(url, { headers: { authorization: `token ${world.token}` } });
  const { check_runs: runs }: { check_runs: CheckRun[] } = JSON.parse(await response.text());
  return runs;
}

/** A PATH on which `git` does nothing until the file `go` is there, and says so by the file `waiting`. */
export function pathWithSlowGit(world: World): { PATH: string; waiting: string; go: string } {
  const folder = path.join(world.directory, 'slow-git');
  const [waiting, go] = [path.join(folder, 'waiting'), path.join(folder, 'go')];
  mkdirSync(folder, { recursive: true });
  const real = (process.env['PATH'] ?? '').split(path.delimiter);
  const script = `#!/bin/sh\n: > '${waiting}'\nuntil [ -e '${go}' ]; do sleep 0.05; done\nPATH='${real.join(path.delimiter)}' exec git "$@"\n`;
  writeFileSync(path.join(folder, 'git'), script);
  chmodSync(path.join(folder, 'git'), 0o755);
  return { PATH: [folder, ...real].join(path.delimiter), waiting, go };
}
