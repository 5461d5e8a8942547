import type { Passage } from './relay.ts';

export const API = { owner: 'acme', repo: 'api' };

export interface Repository {
  readonly owner: string;
  readonly repo: string;
}

export interface Place extends Repository {
  readonly number: number;
}

export interface Shown {
  readonly id: number;
  readonly body: string;
  readonly login: string;
  readonly url: string;
}

export interface TaskSeen {
  readonly id: string;
  readonly status: string;
  readonly executor: string;
  readonly model: string | null;
  /** Oldest first. */
  readonly prompts: readonly { readonly id: string; readonly status: string; readonly userPrompt: string }[];
}

export interface CheckSeen {
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly output: { readonly title: string; readonly summary: string };
}

/** The id of the task that a comment of the App's is about. */
export function taskIn({ body }: Pick<Shown, 'body'>): string {
  const [, id] = /\| Task \| `([^`]+)` \|/.exec(body) ?? [];
  if (id === undefined) throw new Error(`No task is named in: ${body}`);
  return id;
}

export function pathOf({ owner, repo }: Repository): string {
  return `/repos/${owner}/${repo}`;
}

export function threadPath(place: Place): string {
  return `${pathOf(place)}/issues/${place.number}`;
}

export function isNotice(event: string): (passage: Passage) => boolean {
  return ({ body }) => body.includes(`"event":"${event}"`);
}
