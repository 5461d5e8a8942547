import { data, Evaluator, Lexer, Parser, wellKnownFunctions } from '@actions/expressions';
import type { Template } from './template.ts';

/** How the action stands, as `success()`, `failure()` and `cancelled()` see it. */
export type Status = 'success' | 'failure' | 'cancelled';

/** The contexts an expression may name, e.g. `github` and `inputs`, as plain data. */
export type Contexts = Readonly<Record<string, unknown>>;

type Data = data.ExpressionData;

/** Evaluates one `${{ }}` (without the braces) with GitHub's own lexer, parser and evaluator. */
function evaluate(expression: string, contexts: Contexts, status: Status): Data {
  const functions = statusFunctions(status);
  const { tokens } = new Lexer(expression).lex();
  const tree = new Parser(tokens, Object.keys(contexts), functions).parse();
  const known = new Map([
    ...Object.entries(wellKnownFunctions),
    ...functions.map((one): [string, typeof one] => [one.name, one]),
  ]);
  return new Evaluator(tree, dictionary(contexts), known).evaluate();
}

/** The text a template stands for. */
export function render(template: Template, contexts: Contexts, status: Status): string {
  return template.kind === 'text' ? template.text : evaluate(template.expression, contexts, status).coerceString();
}

/** Whether a condition holds: false, 0, '' and null do not, everything else does. */
export function holds(condition: string, contexts: Contexts, status: Status): boolean {
  const value = evaluate(condition, contexts, status);
  switch (value.kind) {
    case data.Kind.Boolean:
      return value.value;
    case data.Kind.Null:
      return false;
    case data.Kind.Number:
      return value.value !== 0 && !Number.isNaN(value.value);
    case data.Kind.String:
      return value.value !== '';
    default:
      return true;
  }
}

/** The library knows no status functions: they depend on the run. */
function statusFunctions(status: Status) {
  const answers = {
    always: true,
    success: status === 'success',
    failure: status === 'failure',
    cancelled: status === 'cancelled',
  };
  return Object.entries(answers).map(([name, answer]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: (): Data => new data.BooleanData(answer),
  }));
}

function dictionary(value: object): data.Dictionary {
  return new data.Dictionary(...Object.entries(value).map(([key, item]) => ({ key, value: toData(item) })));
}

function toData(value: unknown): Data {
  if (typeof value === 'string') return new data.StringData(value);
  if (typeof value === 'number') return new data.NumberData(value);
  if (typeof value === 'boolean') return new data.BooleanData(value);
  if (Array.isArray(value)) return new data.Array(...value.map(toData));
  if (typeof value === 'object' && value !== null) return dictionary(value);
  return new data.Null();
}
