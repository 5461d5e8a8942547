import { didYouMean } from './did-you-mean.ts';

export type FilledTemplate =
  | { readonly kind: 'filled'; readonly text: string }
  | {
      readonly kind: 'unknown_variable';
      readonly name: string;
      /** Counted from 1. */
      readonly line: number;
      readonly message: string;
    };

const VARIABLE = /(\\|\$)?\{\{[ \t]*([A-Za-z_][\w.-]*)[ \t]*\}\}/g;

/**
 * Puts values where `{{ name }}` stands. Only names in `variables` count and nothing is ever evaluated; a value is put in
 * as it is and not looked at again, so text from a pull request cannot fetch another value. `\{{ name }}` stays
 * `{{ name }}`, and `${{ … }}`, which is GitHub's, is left alone.
 */
export function fillTemplate(template: string, variables: Readonly<Record<string, string>>): FilledTemplate {
  let unknown: { name: string; index: number } | undefined;
  const text = template.replace(VARIABLE, (whole: string, prefix: string | undefined, name: string, index: number) => {
    if (prefix === '$') return whole;
    if (prefix === '\\') return whole.slice(1);
    if (!Object.hasOwn(variables, name)) unknown ??= { name, index };
    return variables[name] ?? '';
  });
  if (unknown === undefined) return { kind: 'filled', text };
  const { name, index } = unknown;
  const line = template.slice(0, index).split('\n').length;
  return { kind: 'unknown_variable', name, line, message: unknownMessage(name, line, Object.keys(variables)) };
}

function unknownMessage(name: string, line: number, known: readonly string[]): string {
  const meant = didYouMean(name, known);
  const hint = meant === undefined ? `Known are: ${known.join(', ')}.` : `Did you mean {{ ${meant} }}?`;
  return `Line ${line}: there is no variable {{ ${name} }}. ${hint}`;
}
