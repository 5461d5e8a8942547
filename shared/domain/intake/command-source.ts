import type { CommandSource } from '../../model/run-record.ts';
import type { Trigger } from '../../model/trigger.ts';
import { sha256Of } from '../sha256.ts';

/** The delivered text that a command stood in; a label and a schedule deliver none. */
export function commandSourceOf({
  kind,
  text,
  url,
}: Pick<Trigger, 'kind' | 'text' | 'url'>): CommandSource | undefined {
  return kind === 'labeled' || kind === 'schedule' ? undefined : { url, sha256: sha256Of(text) };
}
