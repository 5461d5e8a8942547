import { createHash } from 'node:crypto';
import type { Command } from '../../model/command.ts';
import type { Trigger } from '../../model/trigger.ts';

/** The same for the same command of the same source, so that a redelivery finds the run that it started. */
export function runIdOf({ sourceId }: Trigger, { position }: Command): string {
  const source = JSON.stringify([sourceId, position]);
  return createHash('sha256').update(source).digest('base64url').slice(0, 22);
}
