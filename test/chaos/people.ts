import type { EmulatedGitHub } from '../../emulator/github/index.ts';
import { nameOf, type Expected, type Given, type Place } from './given.ts';
import { actOn, type Made } from './person.ts';
import { LABEL, PEOPLE, PULLS, REPOSITORIES } from './places.ts';
import type { Random } from './random.ts';

const MAX_RUNS_OF_THREAD = 4;
/** About the runs of a thread; most of them cancel, for there is nothing else to retry. */
const ACTS = ['/rebyte cancel', '/rebyte cancel', '/rebyte status', '/rebyte share', '/rebyte help'] as const;
/** GitHub's own hosts are not on this machine: app-main.ts stands in for them. */
const ATTACHMENTS = 'https://github.com/user-attachments/files';

interface Thread {
  readonly place: Place;
  readonly isPull: boolean;
  runs: number;
}

interface Words {
  readonly as: string;
  readonly text: string;
  readonly expected: Expected;
}

/** People in issues and pull requests who give commands, in threads that are new and in some that they know. */
export class People {
  readonly given: Given[] = [];
  readonly #github: EmulatedGitHub;
  readonly #random: Random;
  readonly #head: string;
  readonly #threads: Thread[] = [];
  /** Those in which runs were canceled, by name, so that there may be something to try again. */
  readonly #stopped = new Map<string, Thread>();

  /** @param head the head commit of every pull request */
  constructor(github: EmulatedGitHub, random: Random, head: string) {
    this.#github = github;
    this.#head = head;
    this.#random = random;
    for (const repository of REPOSITORIES)
      for (let number = 1; number <= PULLS; number += 1)
        this.#threads.push({ place: { ...repository, number }, isPull: true, runs: 0 });
  }

  /** One more run is asked for; now and then somebody also asks about the thread's runs, closes it, or tries again. */
  async ask(): Promise<void> {
    const random = this.#random;
    const as = random.pick(PEOPLE);
    if (random.chance(0.15)) await this.#retry(as);
    const flag = random.chance(0.15) ? '--new ' : '';
    const file = random.chance(0.1) ? `\n\nSee ${ATTACHMENTS}/${this.given.length}/log.txt` : '';
    const words: Words = { as, text: `/rebyte ${flag}Do thing ${this.given.length}.${file}`, expected: 'run' };
    const open = this.#threads.filter(({ runs }) => runs < MAX_RUNS_OF_THREAD);
    if (open.length === 0 || random.chance(0.5)) return await this.#openIssue(words);
    const thread = random.pick(open);
    thread.runs += 1;
    await this.#say(thread, words);
    if (random.chance(0.12)) await this.#act(thread, as);
    if (random.chance(0.04)) await this.#close(thread, as);
  }

  async #openIssue(words: Words): Promise<void> {
    const random = this.#random;
    const repository = random.pick(REPOSITORIES);
    const where = random.next();
    const inBody = where < 0.2;
    const byLabel = where > 0.85;
    const body = inBody ? words.text : 'Once is not enough.';
    const { number, node_id: sourceId } = await this.#post(words.as, pathOf(repository), {
      title: 'It counts wrong',
      body,
    });
    const place = { ...repository, number };
    this.#threads.push({ place, isPull: false, runs: 1 });
    if (inBody) return this.#keep(place, sourceId, words);
    if (!byLabel) return await this.#comment(place, words);
    await this.#post(words.as, `${pathOf(repository)}/${number}/labels`, { labels: [LABEL] });
    this.#keep(place, '', { ...words, text: `label ${LABEL}` });
  }

  /** In a comment; in a pull request now and then in a review, or on a line of it. */
  async #say({ place, isPull }: Thread, words: Words): Promise<void> {
    const pull = `/repos/${place.owner}/${place.repo}/pulls/${place.number}`;
    const how = this.#random.next();
    if (!isPull || how < 0.5) return await this.#comment(place, words);
    const body = words.text;
    const { node_id: sourceId } =
      how < 0.75
        ? await this.#post(words.as, `${pull}/reviews`, { event: 'COMMENT', body })
        : await this.#post(words.as, `${pull}/comments`, this.#onLine(body));
    this.#keep(place, sourceId, words);
  }

  #onLine(body: string): object {
    return { body, commit_id: this.#head, path: 'count.js', line: 1, side: 'RIGHT' };
  }

  async #comment(place: Place, words: Words): Promise<void> {
    const { node_id: sourceId } = await this.#post(words.as, `${pathOf(place)}/${place.number}/comments`, {
      body: words.text,
    });
    this.#keep(place, sourceId, words);
  }

  async #act(thread: Thread, as: string): Promise<void> {
    const text = this.#random.pick(ACTS);
    if (text === '/rebyte cancel') this.#stopped.set(nameOf(thread.place), thread);
    await this.#comment(thread.place, { as, text, expected: 'answer' });
  }

  /** That cancels what is open in it; people can comment on, and the next command starts a run again. */
  async #close(thread: Thread, as: string): Promise<void> {
    const { place } = thread;
    this.#stopped.set(nameOf(place), thread);
    const path = `${pathOf(place)}/${place.number}`;
    await actOn(this.#github, 'PATCH', { as, path, body: { state: 'closed' } });
  }

  /** Where something was canceled, or else anywhere: there the answer may be that there is nothing to retry. */
  async #retry(as: string): Promise<void> {
    const threads = this.#stopped.size > 0 ? [...this.#stopped.values()] : this.#threads;
    const { place } = this.#random.pick(threads);
    this.#stopped.delete(nameOf(place));
    await this.#comment(place, { as, text: '/rebyte retry', expected: 'either' });
  }

  #keep(place: Place, sourceId: string, { text, expected }: Words): void {
    this.given.push({ place, sourceId, text, expected });
  }

  async #post(as: string, path: string, body: object): Promise<Made> {
    return await actOn(this.#github, 'POST', { as, path, body });
  }
}

function pathOf({ owner, repo }: { readonly owner: string; readonly repo: string }): string {
  return `/repos/${owner}/${repo}/issues`;
}
