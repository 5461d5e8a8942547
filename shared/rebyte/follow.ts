import type { Task } from './contract.ts';
import { Continuity } from './continuity.ts';
import { AbortedError, ApiError, ConnectionError, InvalidResponseError, isTransient, TimeoutError } from './errors.ts';
import { EventWindow } from './event-window.ts';
import { path } from './path.ts';
import { type PollPace, pollDelay } from './retry.ts';
import { messagesOf } from './sse.ts';
import { itemFrom, type TaskDone, type TaskEvent, type TaskStreamItem } from './stream-item.ts';
import { endingOf, type FinalStatus } from './task-status.ts';
import type { HttpAnswer } from './http.ts';
import type { Transport } from './transport.ts';

export interface FollowOptions {
  readonly signal?: AbortSignal | undefined;
  /** Follow this prompt only; default: whichever is the task's latest. */
  readonly promptId?: string | undefined;
}

export interface Followed {
  readonly transport: Transport;
  readonly taskId: string;
  /** `GET /tasks/:id`. */
  readonly status: () => Promise<Task>;
}

/** Between connections, and between polls where there is no stream. */
const PACE: PollPace = { firstMs: 500, capMs: 15_000 };
/** Once the task has ended, its `done` or text comes within moments or not at all. */
const GRACE_PACE: PollPace = { firstMs: 100, capMs: 500 };
/** While the stream shows another prompt, ours is asked for this often. */
const OTHER_PROMPT_CHECK_MS = 10_000;
const MAX_RETRY_AFTER_MS = 60_000;
/** Answers that mean: this server has no event stream. A 404 can also mean that there is no task, which the status tells. */
const NO_STREAM_STATUSES = new Set([404, 405, 406, 501]);

/** How one connection ended. `progress` means that it brought something new. */
type Connection =
  { readonly ended: true } | { readonly ended: false; readonly progress: boolean; readonly checkUp: boolean };

/**
 * The events of a task until its `done`, over as many connections as it takes. Where no stream can be had the task's
 * status is polled, so that the iteration always ends with a `done`, if need be one that carries only the status.
 * Ends without an error when the signal aborts.
 *
 * @throws ApiError when the task cannot be read (401, 403, 404), ConnectionError or ApiError when an outage lasts.
 */
export async function* followTask(
  followed: Followed,
  options: FollowOptions,
): AsyncGenerator<TaskStreamItem, void, undefined> {
  try {
    const follower = new Follower(followed, options);
    for await (const item of follower.items()) {
      if (item.type === 'done') follower.tellWhatIsMissing(item);
      yield item;
    }
  } catch (error) {
    if (options.signal?.aborted !== true) throw error;
  }
}

class Follower {
  readonly #followed: Followed;
  readonly #signal: AbortSignal | undefined;
  readonly #promptId: string | undefined;
  readonly #window = new EventWindow();
  readonly #continuity = new Continuity();
  #streamable = true;
  /** Rounds in a row that brought nothing new. */
  #idleRounds = 0;
  /** When the status was first seen final, and since when it cannot be read, by the clock of the settings. */
  #finalSince: number | undefined;
  #outageSince: number | undefined;
  /** What the last refused connection asked us to wait. */
  #retryAfterMs = 0;

  constructor(followed: Followed, { signal, promptId }: FollowOptions) {
    this.#followed = followed;
    this.#signal = signal;
    this.#promptId = promptId;
  }

  /** Nobody shall take what was streamed for all there was. Where there is no stream, that was said. */
  tellWhatIsMissing(done: TaskDone): void {
    const missed = this.#streamable ? this.#continuity.missed(done) : 'nothing';
    if (missed === 'nothing') return;
    this.#settings.onWarning(
      `Some of the agent's output ${missed === 'something' ? 'is' : 'may be'} missing here: the connection was down when it came. The task on Rebyte has all of it.`,
    );
  }

  async *items(): AsyncGenerator<TaskStreamItem, void, undefined> {
    const { sleep, random } = this.#settings;
    while (this.#signal?.aborted !== true) {
      const connection: Connection = this.#streamable ? yield* this.#connect() : NOTHING;
      if (connection.ended) return;
      this.#idleRounds = connection.progress ? 0 : this.#idleRounds + 1;
      if (connection.checkUp) {
        const status = await this.#checkUp();
        if (status !== undefined) {
          yield { type: 'done', status };
          return;
        }
      }
      const pace = this.#finalSince === undefined ? PACE : GRACE_PACE;
      await sleep(Math.max(pollDelay(pace, this.#idleRounds, random), this.#retryAfterMs), this.#signal);
    }
  }

  /** One connection, from open to end. */
  async *#connect(): AsyncGenerator<TaskStreamItem, Connection, undefined> {
    let answer: HttpAnswer | undefined;
    this.#retryAfterMs = 0;
    const seen = new Seen(this.#promptId);
    try {
      answer = await this.#open();
      for await (const message of messagesOf(answer.chunks)) {
        // One chunk can hold many messages; an abort ends them all.
        this.#signal?.throwIfAborted();
        const item = itemFrom(message);
        if (item?.type === 'event') {
          if (seen.isForeign(item.event)) {
            const ending = await this.#endingMeanwhile(seen);
            if (ending !== undefined) return yield* end(ending);
            continue;
          }
          this.#continuity.saw(item.event);
          if (!this.#window.admits(item.event)) continue;
          seen.progress = true;
          yield item;
        } else if (item?.type === 'done') {
          if (seen.isOurs) return yield* end(item);
          return yield* this.#settleDone(item);
        }
      }
      this.#continuity.broke();
      return { ended: false, progress: seen.progress, checkUp: !seen.progress };
    } catch (error) {
      return this.#failed(error, seen.progress);
    } finally {
      answer?.discard();
    }
  }

  async #open(): Promise<HttpAnswer> {
    const { transport, taskId } = this.#followed;
    const call = {
      method: 'GET',
      path: path`/tasks/${taskId}/events`,
      headers: { accept: 'text/event-stream' },
      bodyMs: this.#settings.timeouts.idleStreamMs,
      // The rounds of items() are the retries here.
      attempts: 1,
      signal: this.#signal,
    } as const;
    return await transport.exchange(call, async (answer) => {
      const type = answer.header('content-type') ?? '';
      if (!type.toLowerCase().startsWith('text/event-stream'))
        throw new InvalidResponseError(`not an event stream but ${type}`);
      return answer;
    });
  }

  /** What a broken connection means; throws what no waiting mends. */
  #failed(error: unknown, progress: boolean): Connection {
    if (error instanceof AbortedError) throw error;
    const noStream = error instanceof ApiError && NO_STREAM_STATUSES.has(error.status);
    if (noStream || error instanceof InvalidResponseError) {
      this.#streamable = false;
      this.#settings.onWarning(`No event stream, so the task's status is polled: ${error.message}`);
      return NOTHING;
    }
    if (!isTransient(error)) throw error;
    this.#continuity.broke();
    this.#retryAfterMs = error instanceof ApiError ? Math.min(error.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS) : 0;
    // Silence is what a half-open socket looks like, so the next connection needs a reason first.
    const silent = error instanceof TimeoutError;
    const lost = error instanceof ConnectionError && progress && !silent;
    return { ended: false, progress, checkUp: !lost };
  }

  /** The final status once nothing more is to be waited for; undefined means another round. */
  async #checkUp(): Promise<FinalStatus | undefined> {
    const { now, timeouts, onWarning } = this.#settings;
    let ending: FinalStatus | undefined;
    try {
      ending = endingOf(await this.#followed.status(), this.#promptId);
      this.#outageSince = undefined;
    } catch (error) {
      // A proxy's page that comes with status 200 is an outage like any other.
      if (!isTransient(error) && !(error instanceof InvalidResponseError)) throw error;
      if (this.#outageSince === undefined) {
        this.#outageSince = now();
        const why = error instanceof Error ? error.message : String(error);
        onWarning(`The task cannot be followed for the moment, and is tried for ${timeouts.outageMs / 1000} s: ${why}`);
      }
      if (now() - this.#outageSince >= timeouts.outageMs) throw error;
      return undefined;
    }
    if (ending === undefined) {
      this.#finalSince = undefined;
      return undefined;
    }
    if (!this.#streamable) return ending;
    this.#finalSince ??= now();
    return now() - this.#finalSince >= timeouts.graceMs ? ending : undefined;
  }

  /** A `done` on a connection that showed nothing of our prompt may be an older prompt's, which the server was still closing. */
  async *#settleDone(done: TaskStreamItem): AsyncGenerator<TaskStreamItem, Connection, undefined> {
    const task = await this.#followed.status();
    const status = endingOf(task, this.#promptId);
    if (status === undefined) return { ended: false, progress: false, checkUp: false };
    // Only the latest prompt has a stream: when ours is older, this `done` carries another one's result.
    return yield* end(task.prompts[0]?.id === this.#promptId ? done : { type: 'done', status });
  }

  /** While another prompt has the stream: whether ours has ended, asked for now and then. */
  async #endingMeanwhile(seen: Seen): Promise<TaskStreamItem | undefined> {
    const now = this.#settings.now();
    if (now - seen.foreignCheckedAt < OTHER_PROMPT_CHECK_MS) return undefined;
    seen.foreignCheckedAt = now;
    const status = endingOf(await this.#followed.status(), this.#promptId);
    return status === undefined ? undefined : { type: 'done', status };
  }

  get #settings() {
    return this.#followed.transport.settings;
  }
}

const NOTHING: Connection = { ended: false, progress: false, checkUp: true };

async function* end(done: TaskStreamItem): AsyncGenerator<TaskStreamItem, Connection, undefined> {
  yield done;
  return { ended: true };
}

/** What one connection has shown. */
class Seen {
  progress = false;
  foreignCheckedAt = -Infinity;
  readonly #promptId: string | undefined;
  #lastPromptId: string | undefined;

  constructor(promptId: string | undefined) {
    this.#promptId = promptId;
  }

  /** Whether the event belongs to a prompt that is not the one followed. */
  isForeign(event: TaskEvent): boolean {
    this.#lastPromptId = event.promptId ?? this.#lastPromptId;
    return this.#promptId !== undefined && event.promptId !== undefined && event.promptId !== this.#promptId;
  }

  /** Whether a `done` now must be that of the prompt followed. */
  get isOurs(): boolean {
    return this.#promptId === undefined || this.#lastPromptId === this.#promptId;
  }
}
