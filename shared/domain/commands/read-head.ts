import type { CommandFlags, Verb } from '../../model/command.ts';
import { didYouMean } from '../../prompt/did-you-mean.ts';
import { findVerb } from './find-verb.ts';
import { isSlip } from './is-slip.ts';

/** What stands on a command's first line before its prompt. */
export interface Head {
  /** Undefined when the line names none. */
  readonly verb?: Verb | 'custom';
  readonly custom?: string;
  readonly flags: CommandFlags;
  readonly problems: readonly string[];
  /** Offset in the line at which the prompt begins. */
  readonly end: number;
}

const FLAGS_WITH_VALUE = ['executor', 'model', 'skills', 'branch', 'computer'] as const;
type FlagWithValue = (typeof FLAGS_WITH_VALUE)[number];

/** Every flag as it is written. */
export const FLAG_NAMES = [...FLAGS_WITH_VALUE, 'new'] as const;

const MAX_VALUE_CHARS = 255;

const SPACE = /\s*/y;
const WORD = /\S+/y;
const END_OF_FLAGS = /--(?=\s|$)/y;
// A phone's keyboard makes a dash of two hyphens, and curls the quotes.
const FLAG = /(--|[—–])([A-Za-z][\w-]*)(=?)/y;
const ASSIGNMENT = /([A-Za-z]+)=(?=["“])/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"|“([^“”]*)”|'([^']*)'|`([^`]*)`/y;
const OPEN_QUOTE = /["“'`]/y;

/** Reads verb and flags from what follows `/rebyte` on its line. */
export function readHead(line: string, options: { custom: readonly string[] }): Head {
  return new HeadReader(line, options.custom).read();
}

class HeadReader {
  readonly #line: string;
  readonly #custom: readonly string[];
  readonly #problems: string[] = [];
  readonly #values = new Map<string, string>();
  #verb: { verb: Verb | 'custom'; custom?: string } | undefined;
  #position = 0;

  constructor(line: string, custom: readonly string[]) {
    this.#line = line;
    this.#custom = custom;
  }

  read(): Head {
    do this.#match(SPACE);
    while (this.#position < this.#line.length && (this.#flag() ?? this.#word()));
    this.#match(END_OF_FLAGS);
    return { ...this.#verb, flags: this.#flags(), problems: this.#problems, end: this.#position };
  }

  /** Undefined when no flag stands here. False for a problem, which ends the head: where the value ends is unknown. */
  #flag(): boolean | undefined {
    const start = this.#position;
    const match = this.#match(FLAG) ?? this.#match(ASSIGNMENT);
    if (match === undefined) return undefined;
    const [written, dashes = '', word = '', sign] = match.length === 4 ? match : [match[0], '', match[1], '='];
    const name = word.toLowerCase();
    const known = FLAG_NAMES.find((each) => each === name);
    if (known === undefined) {
      if (dashes === '--') return this.#problem(unknownFlag(word));
      this.#position = start;
      return undefined;
    }
    if (this.#values.has(known)) return this.#problem(`\`--${known}\` is given twice. Leave one of them out.`);
    if (known !== 'new') return this.#value(known, sign === '=');
    if (written.endsWith('=')) return this.#problem('`--new` takes no value. Write `--new` alone.');
    this.#values.set(known, '');
    return true;
  }

  #value(name: FlagWithValue, joined: boolean): boolean {
    if (!joined) this.#match(SPACE);
    const example = name === 'skills' ? 'a,b' : '…';
    const missing = `\`--${name}\` lacks its value. Write \`--${name} ${example}\`.`;
    if (/^(?:--|$)/.test(this.#line.slice(this.#position, this.#position + 2))) return this.#problem(missing);
    const quoted = this.#match(QUOTED);
    if (quoted === undefined && this.#match(OPEN_QUOTE) !== undefined)
      return this.#problem(`The quote after \`--${name}\` is not closed on its line. Close it.`);
    const raw = quoted?.slice(1).find((part) => part !== undefined) ?? this.#match(WORD)?.[0] ?? '';
    const value = (quoted?.[1] === undefined ? raw : raw.replace(/\\(.)/g, '$1')).trim();
    if (value === '') return this.#problem(missing);
    if (value.length > MAX_VALUE_CHARS)
      return this.#problem(`The value of \`--${name}\` is longer than ${MAX_VALUE_CHARS} characters. Shorten it.`);
    if (name === 'skills' && quoted === undefined && value.endsWith(','))
      return this.#problem('`--skills` ends with a comma. Write the list without spaces: `--skills a,b`.');
    this.#values.set(name, value);
    return true;
  }

  /** True when the word is the verb; any other word begins the prompt. */
  #word(): boolean {
    const start = this.#position;
    if (this.#verb !== undefined || this.#line.startsWith('--', start)) return false;
    const word = this.#match(WORD)?.[0] ?? '';
    const alone = this.#line.slice(this.#position).trim() === '';
    const found = findVerb(word, { custom: this.#custom, alone });
    if (found.kind === 'verb') this.#verb = { verb: found.verb };
    else if (found.kind === 'custom') this.#verb = { verb: 'custom', custom: found.custom };
    else if (found.kind === 'near') this.#problem(unknownVerb(word, found.meant));
    else this.#position = start;
    return this.#verb !== undefined;
  }

  #flags(): CommandFlags {
    const { skills, new: fresh, ...texts }: Record<string, string> = Object.fromEntries(this.#values);
    return {
      ...texts,
      ...(skills !== undefined && {
        skills: skills
          .split(',')
          .map((each) => each.trim())
          .filter(Boolean),
      }),
      ...(fresh !== undefined && { new: true }),
    };
  }

  #problem(message: string): false {
    this.#problems.push(message);
    return false;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#line) ?? undefined;
    if (match !== undefined) this.#position += match[0].length;
    return match;
  }
}

function unknownFlag(word: string): string {
  const meant = FLAG_NAMES.find((name) => isSlip(word, name)) ?? didYouMean(word, FLAG_NAMES);
  const hint = meant === undefined ? `Flags are ${FLAG_NAMES.map(flag).join(', ')}.` : `Did you mean ${flag(meant)}?`;
  return `There is no flag ${flag(word.slice(0, 40))}. ${hint} To begin the prompt with it, write \`--\` before it.`;
}

function unknownVerb(word: string, meant: string): string {
  return `There is no command \`${word.replaceAll('`', '')}\`. Did you mean \`/rebyte ${meant}\`? To begin a prompt with this word, write \`/rebyte run …\`.`;
}

function flag(name: string): string {
  return `\`--${name}\``;
}
