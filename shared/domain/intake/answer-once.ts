import type { Thread } from '../../model/thread.ts';
import { link } from '../../render/inline.ts';
import { threadKey } from '../engine/lanes.ts';
import { notedCreation } from '../landing.ts';
import { upsertComment } from '../sticky-comment.ts';
import type { Answering } from './intake.ts';

/**
 * Answers in the trigger's thread, once per `key` and thread whatever is redelivered or cut short: what was said is noted
 * after it is written, and a comment that was written without a note is found by its marker.
 *
 * @param body Markdown; only asked for when there is something to say
 */
export async function answerOnce(
  { engine, forge, trigger }: Answering,
  key: string,
  body: () => Promise<string> | string,
): Promise<void> {
  const { store, secret, mask, clock, retentionMs } = engine;
  const { thread, url } = trigger;
  if (await hasAnswered({ engine, trigger }, key)) return;
  const text = mask(`${(await body()).trim()}\n\n<sub>In answer to ${link('this', url)}.</sub>`);
  const comment = await upsertComment(forge, {
    thread,
    secret,
    payload: { key },
    mode: 'sticky',
    body: (marker) => `${text}\n\n${marker}\n`,
    creating: notedCreation(engine, noteOf(thread, key)),
  });
  // Forgotten with the runs: the comment would then be found by its marker, and edited.
  await store.write(noteOf(thread, key), comment.url, { expiresAt: clock.now() + retentionMs });
}

/** Whether this was said in the trigger's thread, and noted. */
export async function hasAnswered(
  { engine, trigger }: Pick<Answering, 'engine' | 'trigger'>,
  key: string,
): Promise<boolean> {
  return (await engine.store.read(noteOf(trigger.thread, key))) !== undefined;
}

function noteOf(thread: Thread, key: string): string {
  return `said:${threadKey(thread)}:${key}`;
}
