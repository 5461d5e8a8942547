import type { EmulatedGitHub } from '../../emulator/github/index.ts';
import { PEOPLE, PULLS, REPOSITORIES, type Repository } from './places.ts';
import type { Random } from './random.ts';

export interface Place extends Repository {
  readonly number: number;
}

/** A command that somebody gave. */
export interface Given {
  readonly place: Place;
  /** Of the comment or issue that it stands in. */
  readonly nodeId: string;
  /** Where reactions to it are read, below the API's root. */
  readonly reactionsPath: string;
  readonly text: string;
  /** Whether it asks for a run, or only about runs. */
  readonly isRun: boolean;
}

/** As much as is needed of a comment or issue. */
interface Made {
  readonly id: number;
  readonly number: number;
  readonly node_id: string;
}

const MAX_RUNS_OF_THREAD = 4;
const ACTS = ['/rebyte cancel', '/rebyte status'] as const;

/** People in issues and pull requests who give commands, in threads that are new and in some that they know. */
export class People {
  readonly given: Given[] = [];
  readonly #github: EmulatedGitHub;
  readonly #random: Random;
  readonly #threads: { readonly place: Place; runs: number }[] = [];

  constructor(github: EmulatedGitHub, random: Random) {
    this.#github = github;
    this.#random = random;
    for (const repository of REPOSITORIES)
      for (let number = 1; number <= PULLS; number += 1)
        this.#threads.push({ place: { ...repository, number }, runs: 0 });
  }

  get runs(): number {
    return this.given.filter(({ isRun }) => isRun).length;
  }

  /** One more run is asked for; now and then somebody also asks about the thread's runs, or closes the issue. */
  async ask(): Promise<void> {
    const random = this.#random;
    const as = random.pick(PEOPLE);
    const text = `/rebyte ${random.chance(0.15) ? '--new ' : ''}Do thing ${this.given.length}.`;
    const open = this.#threads.filter(({ runs }) => runs < MAX_RUNS_OF_THREAD);
    if (open.length === 0 || random.chance(0.55)) return await this.#openIssue(as, text);
    const thread = random.pick(open);
    thread.runs += 1;
    await this.#comment(thread.place, { as, text, isRun: true });
    if (random.chance(0.08)) await this.#comment(thread.place, { as, text: random.pick(ACTS), isRun: false });
    if (random.chance(0.04)) await this.#close(thread.place, as);
  }

  async #openIssue(as: string, text: string): Promise<void> {
    const repository = this.#random.pick(REPOSITORIES);
    const path = `/repos/${repository.owner}/${repository.repo}/issues`;
    const inBody = this.#random.chance(0.2);
    const body = { title: 'It counts wrong', body: inBody ? text : 'Once is not enough.' };
    const { number, node_id: nodeId } = await this.#post(as, path, body);
    const place = { ...repository, number };
    this.#threads.push({ place, runs: 1 });
    if (inBody) this.given.push({ place, nodeId, reactionsPath: `${path}/${number}`, text, isRun: true });
    else await this.#comment(place, { as, text, isRun: true });
  }

  async #comment(
    place: Place,
    { as, text, isRun }: { readonly as: string; readonly text: string; readonly isRun: boolean },
  ): Promise<void> {
    const issues = `/repos/${place.owner}/${place.repo}/issues`;
    const { id, node_id: nodeId } = await this.#post(as, `${issues}/${place.number}/comments`, { body: text });
    this.given.push({ place, nodeId, reactionsPath: `${issues}/comments/${id}`, text, isRun });
  }

  /** That cancels what is open in it; people can comment on, and the next command starts a run again. */
  async #close({ owner, repo, number }: Place, as: string): Promise<void> {
    await this.#send('PATCH', { as, path: `/repos/${owner}/${repo}/issues/${number}`, body: { state: 'closed' } });
  }

  async #post(as: string, path: string, body: object): Promise<Made> {
    return await this.#send('POST', { as, path, body });
  }

  async #send(
    method: 'POST' | 'PATCH',
    { as, path, body }: { readonly as: string; readonly path: string; readonly body: object },
  ): Promise<Made> {
    const headers = {
      authorization: `Bearer ${this.#github.tokenFor(as)}`,
      'content-type': 'application/json',
    };
    const response = await fetch(`${this.#github.apiUrl}${path}`, {
      method,
      headers,
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    const made: Made = JSON.parse(await response.text());
    return made;
  }
}
