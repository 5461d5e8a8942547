import wrapAnsi from 'wrap-ansi';
import type { EmulatedGitHub } from '../emulator/github/index.ts';
import { happeningOf, type Happening } from './happening.ts';
import { openingOf } from './results.ts';
import type { Screen } from './screen.ts';

const EMOJI: Readonly<Record<string, string>> = { eyes: '👀', hooray: '🎉', confused: '😕' };
/** Longer than anything in the demo takes. */
const DEADLINE_MS = 60_000;

/** A thread as it lives: each change in a line, with the time since somebody asked. */
export interface ThreadView {
  /** To be called after each call of GitHub's API; tells what is new. */
  readonly look: () => void;
  /** From now on changes are shown, and the clock starts again. */
  restart(): void;
  /**
   * Resolves with the first happening since `restart` of which this is true.
   * @throws {Error} when the signal fires, or when there is none for a minute
   */
  until(isIt: (happening: Happening) => boolean): Promise<Happening>;
  /** The text of a comment as it is now. */
  comment(id: number): string;
}

export function createThreadView(
  screen: Screen,
  { calls, signal }: { calls: () => EmulatedGitHub['calls']; signal: AbortSignal },
): ThreadView {
  const comments = new Map<number, string>();
  const waiting = new Set<() => void>();
  let next = 0;
  let since: number | undefined;
  let happened: Happening[] = [];
  const look = () => {
    // In order: a call that is not answered yet has not happened.
    for (let call = calls()[next]; call?.status !== undefined; call = calls()[next]) {
      next += 1;
      const happening = happeningOf(call);
      if (happening?.kind === 'comment') comments.set(happening.id, happening.body);
      if (happening === undefined || since === undefined) continue;
      happened.push(happening);
      screen.quote(timed(screen, since, describe(screen, happening)));
    }
    for (const check of waiting) check();
  };
  const until = (isIt: (happening: Happening) => boolean) =>
    new Promise<Happening>((resolve, reject) => {
      const end = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
      const check = () => {
        const found = happened.find(isIt);
        if (found === undefined && !end.aborted) return;
        waiting.delete(check);
        end.removeEventListener('abort', check);
        if (found !== undefined) resolve(found);
        else reject(signal.aborted ? new Error('Stopped.') : new Error('The App has said nothing for a minute.'));
      };
      waiting.add(check);
      end.addEventListener('abort', check);
      check();
    });
  const restart = () => {
    look();
    since = performance.now();
    happened = [];
  };
  return { look, until, restart, comment: (id) => comments.get(id) ?? '' };
}

/** Behind the seconds; what wraps stands under the text. */
function timed(screen: Screen, since: number, text: string): readonly string[] {
  const time = `${((performance.now() - since) / 1000).toFixed(2).padStart(5)} s  `;
  const lines = wrapAnsi(text, screen.textWidth() - time.length).split('\n');
  return lines.map((line, index) => (index === 0 ? screen.colors.dim(time) : ' '.repeat(time.length)) + line);
}

function describe(screen: Screen, happening: Happening): string {
  const { bold } = screen.colors;
  const who = bold(happening.login);
  switch (happening.kind) {
    case 'reaction':
      return `${who} reacts ${EMOJI[happening.content] ?? happening.content}`;
    case 'check':
      return `${who} ${happening.conclusion === undefined ? 'opens a check' : 'ends the check'}: ${happening.title}`;
    default:
      return `${who} ${happening.edited ? 'edits its comment' : 'comments'}: ${openingOf(screen, happening.body)}`;
  }
}
