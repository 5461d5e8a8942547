import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startAppProcess, type AppProcess } from './app-process.ts';
import type { Listening } from './order.ts';

export interface FleetOptions {
  readonly replicas: number;
  readonly bundle: string;
  readonly environment: Readonly<Record<string, string>>;
  /** For what processes write as their last act. */
  readonly directory: string;
  readonly write: (line: string) => void;
}

interface Member {
  process: AppProcess;
  listening?: Listening | undefined;
  readonly reached: string;
  /** Of its log, oldest first: what it said before it ended. */
  readonly lastLines: string[];
  /** Lines of `reached` that were counted. */
  seen: number;
  /** Crash points that wait in it. */
  readonly armed: Map<string, number>;
}

/** An end that nobody asked for, such as a start that fails, is a fault of the App. */
const MAX_UNASKED = 5;
const MAX_LAST_LINES = 30;

/** The App's replicas: started again whenever they die, and told where to die. */
export class Fleet {
  /** How often a replica died, by crash point; `outside` for those that were killed at a moment of chance. */
  readonly kills = new Map<string, number>();
  /** Ends that nobody asked for. */
  readonly unasked: string[] = [];
  restarts = 0;
  readonly #options: FleetOptions;
  readonly #members: Member[];
  readonly #asked = new WeakSet<AppProcess>();
  #next = 0;
  #aheadMs = 0;
  #closing = false;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#members = Array.from({ length: options.replicas }, (_, index) => {
      const reached = join(options.directory, `reached-${index}`);
      const member = { reached, seen: 0, lastLines: new Array<string>(), armed: new Map<string, number>() };
      return this.#attend(Object.assign(member, { process: this.#start(member) }));
    });
  }

  /** The replica whose turn it is; '' when none listens. */
  target(): string {
    const up = this.#members.flatMap(({ listening }) => (listening === undefined ? [] : [listening.url]));
    return up[(this.#next += 1) % Math.max(1, up.length)] ?? '';
  }

  /** Those that listen now. */
  up(): readonly Listening[] {
    return this.#members.flatMap(({ listening }) => (listening === undefined ? [] : [listening]));
  }

  /** Of those that listen. */
  pids(): readonly number[] {
    return this.#members.flatMap(({ listening, process: { pid } }) =>
      listening === undefined || pid === undefined ? [] : [pid],
    );
  }

  /** Resolves when every replica has listened, or died, once. */
  async started(): Promise<void> {
    await Promise.all(this.#members.map(async ({ process }) => await process.listening));
  }

  /** Whether it ended by itself too often to be started again. */
  get isGivenUp(): boolean {
    return this.unasked.length > MAX_UNASKED;
  }

  get killed(): number {
    return [...this.kills.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Has the replica that has fewest such orders die when it comes to the point for the nth time. */
  arm(point: string, nth: number): void {
    const [member] = this.#members.toSorted((a, b) => a.armed.size - b.armed.size);
    member?.armed.set(point, nth);
    member?.process.tell({ kind: 'arm', point, nth });
  }

  /** Nobody dies any more. Gives the points that were never reached. */
  disarm(): readonly string[] {
    const left = this.#members.flatMap(({ armed }) => [...armed.keys()]);
    for (const { armed, process } of this.#members) {
      armed.clear();
      process.tell({ kind: 'disarm' });
    }
    return left;
  }

  /** `kill -9` of this replica, wherever it is; one that is just starting included. */
  kill(index: number): void {
    const member = this.#members[index % this.#members.length];
    if (member === undefined) return;
    this.#asked.add(member.process);
    this.#count('outside');
    member.process.kill();
  }

  /** Puts the clock of all forward, for good. */
  advance(ms: number): void {
    this.#aheadMs += ms;
    for (const { process } of this.#members) process.tell({ kind: 'advance', ms });
  }

  async close(): Promise<void> {
    this.#closing = true;
    const processes = this.#members.map(({ process }) => process);
    for (const process of processes) process.kill();
    await Promise.all(processes.map(async ({ ended }) => await ended));
  }

  #start(member: Pick<Member, 'reached' | 'lastLines'>): AppProcess {
    const { bundle, environment } = this.#options;
    const own = { CHAOS_REACHED: member.reached, CHAOS_AHEAD_MS: String(this.#aheadMs) };
    const write = (line: string): void => {
      member.lastLines.push(line);
      if (member.lastLines.length > MAX_LAST_LINES) member.lastLines.shift();
      this.#options.write(line);
    };
    return startAppProcess({ bundle, environment: { ...environment, ...own }, write });
  }

  #attend(member: Member): Member {
    void this.#hear(member, member.process);
    void this.#outlive(member, member.process);
    return member;
  }

  async #hear(member: Member, process: AppProcess): Promise<void> {
    const listening = await process.listening;
    if (member.process !== process) return;
    member.listening = listening;
    for (const [point, nth] of member.armed) process.tell({ kind: 'arm', point, nth });
  }

  async #outlive(member: Member, process: AppProcess): Promise<void> {
    const { code, signal } = await process.ended;
    member.listening = undefined;
    if (this.#closing) return;
    const point = this.#reached(member);
    if (point === undefined && !this.#asked.has(process))
      this.unasked.push([`code ${code}, signal ${signal}`, ...member.lastLines].join('\n    '));
    // It is not started again for ever; that nothing listens then shows in what was still open.
    if (this.isGivenUp) return;
    this.restarts += 1;
    member.process = this.#start(member);
    this.#attend(member);
  }

  /** The crash point that the process came to just now. */
  #reached(member: Member): string | undefined {
    const lines = existsSync(member.reached) ? readFileSync(member.reached, 'utf8').split('\n').filter(Boolean) : [];
    const point = lines[member.seen];
    member.seen = lines.length;
    if (point === undefined) return undefined;
    member.armed.delete(point);
    this.#count(point);
    return point;
  }

  #count(point: string): void {
    this.kills.set(point, (this.kills.get(point) ?? 0) + 1);
  }
}
