import { closestMatch } from 'leven';

const CLAUDE_MODELS = [
  'claude-sonnet-4.6',
  'claude-opus-4.6',
  'gemini-3.1-pro',
  'gpt-5.3-codex',
  'gpt-5.4',
  'minimax-m2.7',
  'kimi-k2.5',
  'glm-5',
  'gemini-3-flash',
] as const;

/** The executors and models that Rebyte documents, each default first. The lists change often: good for help, never for refusing. */
export const KNOWN_MODELS = {
  claude: CLAUDE_MODELS,
  codex: ['gpt-5.4', 'gpt-5.3-codex'],
  gemini: ['auto-gemini-3'],
  opencode: ['gemini-3.1-pro', ...CLAUDE_MODELS.filter((model) => model !== 'gemini-3.1-pro')],
} as const satisfies Record<string, readonly string[]>;

export const KNOWN_EXECUTORS: readonly string[] = Object.keys(KNOWN_MODELS);

/** The candidate that a misspelt word probably meant; undefined when none is near. Case does not count. */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  // One wrong character in three is a slip of the fingers; more is another word.
  const maxDistance = Math.max(1, Math.floor(word.length / 3));
  const match = closestMatch(
    word.toLowerCase(),
    candidates.map((each) => each.toLowerCase()),
    { maxDistance },
  );
  return candidates.find((each) => each.toLowerCase() === match);
}

/** What is odd about a choice of executor and model, one sentence each. Never a reason to refuse. */
export function modelWarnings(executor: string | undefined, model: string | undefined): string[] {
  const warnings: string[] = [];
  const unknownExecutor = executor !== undefined && !KNOWN_EXECUTORS.includes(executor);
  if (unknownExecutor) warnings.push(unknown('executor', executor, KNOWN_EXECUTORS));
  if (model !== undefined && !unknownExecutor) {
    const models = modelsOf(executor ?? 'claude');
    if (!models.includes(model)) warnings.push(unknown('model', model, models));
  }
  return warnings;
}

function modelsOf(executor: string): readonly string[] {
  return Object.entries(KNOWN_MODELS).find(([name]) => name === executor)?.[1] ?? [];
}

function unknown(kind: string, word: string, known: readonly string[]): string {
  const meant = didYouMean(word, known);
  const hint = meant === undefined ? `Known: ${known.join(', ')}.` : `Did you mean "${meant}"?`;
  return `The ${kind} "${word}" is not on the documented list; it is sent as it is. ${hint}`;
}
