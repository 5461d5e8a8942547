import { readFileSync } from 'node:fs';
import type { Environment } from './environment.ts';

/**
 * The event that started the workflow, read from its payload. Payload text is hostile, and the file may be missing or
 * odd (`act`, a local run), so every field is looked up on its own and is '' or undefined when it is not there.
 */
export interface WorkflowEvent {
  readonly name: string;
  readonly payload: unknown;
  /** The issue or pull request that the event is about. */
  readonly thread?: number;
  readonly isPullRequest: boolean;
  /** The pull request's head lives in another repository. */
  readonly fromFork: boolean;
  readonly sender: string;
}

export function readEvent(environment: Environment): WorkflowEvent {
  const payload = readPayload(environment.eventPath);
  const head = text(payload, 'pull_request', 'head', 'repo', 'full_name');
  const base = text(payload, 'pull_request', 'base', 'repo', 'full_name');
  const thread = threadNumber(payload);
  return {
    name: environment.eventName,
    payload,
    ...(thread === undefined ? {} : { thread }),
    isPullRequest:
      lookUp(payload, 'pull_request') !== undefined || lookUp(payload, 'issue', 'pull_request') !== undefined,
    fromFork: lookUp(payload, 'pull_request', 'head') !== undefined && head !== base,
    sender: text(payload, 'sender', 'login'),
  };
}

/** Follows own properties only. */
export function lookUp(value: unknown, ...path: readonly (string | number)[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = Object.getOwnPropertyDescriptor(at, key)?.value;
  }
  return at ?? undefined;
}

/** The string or number at `path`, as a string; '' when there is none. */
export function text(value: unknown, ...path: readonly (string | number)[]): string {
  const found = lookUp(value, ...path);
  return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
}

function threadNumber(payload: unknown): number | undefined {
  const candidates = [
    lookUp(payload, 'pull_request', 'number'),
    lookUp(payload, 'issue', 'number'),
    lookUp(payload, 'workflow_run', 'pull_requests', 0, 'number'),
    lookUp(payload, 'check_suite', 'pull_requests', 0, 'number'),
  ];
  return candidates.find(isThreadNumber);
}

function isThreadNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function readPayload(path: string): unknown {
  if (path === '') return {};
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    // Without a payload there is no thread and no fork; a workflow's step still runs on its inputs alone.
    return {};
  }
}
