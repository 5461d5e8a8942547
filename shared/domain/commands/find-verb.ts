import { VERBS, type Verb } from '../../model/command.ts';
import { didYouMean } from '../../prompt/did-you-mean.ts';
import { isSlip } from './is-slip.ts';

export type FoundVerb =
  | { readonly kind: 'verb'; readonly verb: Verb }
  | { readonly kind: 'custom'; readonly custom: string }
  /** Most likely a misspelling of `meant`. */
  | { readonly kind: 'near'; readonly meant: string }
  /** The first word of a prompt. */
  | { readonly kind: 'none' };

/**
 * What the first word of a command means, in any case and with `:`, `,`, `.`, `!` or `?` behind it.
 *
 * A word that stands alone is hardly a prompt, so whatever is near a verb is taken for a misspelling. When text follows,
 * only what is no English word is: letters that changed places (`reveiw`), or one wrong letter inside a long word.
 */
export function findVerb(word: string, options: { custom: readonly string[]; alone: boolean }): FoundVerb {
  const name = word.replace(/(?<![:,.!?])[:,.!?]+$/, '').toLowerCase();
  const verb = VERBS.find((each) => each === name);
  if (verb !== undefined) return { kind: 'verb', verb };
  const custom = options.custom.find((each) => each.toLowerCase() === name);
  if (custom !== undefined) return { kind: 'custom', custom };
  const names = [...VERBS, ...options.custom];
  const meant = names.find((each) => isSlip(name, each)) ?? (options.alone ? didYouMean(name, names) : undefined);
  return meant === undefined ? { kind: 'none' } : { kind: 'near', meant };
}
