import type { Trigger } from '../../model/trigger.ts';
import type { Comment, Issue } from '../../ports/forge.ts';
import { sha256Of } from '../sha256.ts';

/**
 * What a delivery shows of the title and text that its thread began with, to be compared later. GitHub's `updated_at` says
 * nothing about them: every comment and label changes it.
 */
export function openingHash(title: string, body: string): string {
  const plain = [title, body].map((text) => text.replaceAll('\r\n', '\n').trim());
  return sha256Of(JSON.stringify(plain));
}

/** How the title and text differ from what the commander saw, in words for the prompt; undefined when they do not. */
export function openingSince({ openingSha256 }: Trigger, { title, body }: Pick<Issue, 'title' | 'body'>) {
  const isSame = openingSha256 === undefined || openingSha256 === openingHash(title, body);
  return isSame ? undefined : 'edited after the command';
}

/** How a comment differs from what the commander saw, by GitHub's clock, which knows seconds. */
export function commentSince({ happenedAt, receivedAt }: Trigger, { createdAt = 0, updatedAt = 0 }: Comment) {
  const command = happenedAt ?? receivedAt;
  if (createdAt > command) return 'written after the command';
  return updatedAt > command ? 'edited after the command' : undefined;
}
