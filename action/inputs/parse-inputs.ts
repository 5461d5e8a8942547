import { INPUTS, type InputName } from './inputs.ts';
import { InputError } from './input-error.ts';
import { ROLES, type Role } from '../../shared/model/repository-config.ts';
import { SETTLED_STATUSES, type SettledStatus } from '../../shared/model/run.ts';

export type ReportTarget = 'comment' | 'check' | 'issue';

/** The inputs of one step: validated, typed and frozen. */
export interface ActionInputs {
  readonly apiKey: string;
  readonly apiUrl: string;
  readonly prompt: string;
  readonly promptFile: string;
  readonly executor: string;
  readonly model: string;
  readonly skills: readonly string[];
  readonly workspaceId: string;
  readonly computer: string;
  readonly taskId: string;
  readonly repository: string;
  readonly branch: string;
  readonly includeChanges: boolean;
  readonly files: readonly string[];
  readonly wait: boolean;
  readonly timeoutMs: number;
  readonly onTimeout: 'cancel' | 'leave';
  readonly failOn: readonly SettledStatus[];
  /** `auto` posts a comment where it can, and only warns where it cannot. */
  readonly report: 'auto' | readonly ReportTarget[];
  readonly commentMode: 'sticky' | 'new' | 'off';
  readonly commentKey: string;
  readonly issueTitle: string;
  readonly issueLabels: readonly string[];
  readonly visibility: '' | 'private' | 'shared' | 'public';
  /** Name globs; empty for none. */
  readonly artifacts: readonly string[];
  readonly artifactsPath: string;
  /** The lowest role that may start the step by an event that anybody can cause; `none` asks about nobody. */
  readonly permission: Role;
  readonly allowedBots: readonly string[];
  readonly githubToken: string;
  readonly dryRun: boolean;
}

type Read = (name: InputName) => string;

/** GitHub refuses a job that runs longer than 35 days; nothing waits past that. */
const MAX_TIMEOUT_MINUTES = 35 * 24 * 60;

/**
 * Reads the inputs as the composite hands them over: one JSON object of strings.
 *
 * @throws InputError that names the input, its value and the choices.
 */
export function parseInputs(json: string): ActionInputs {
  const read = reader(json);
  const report = parseReport(read);
  const inputs: ActionInputs = {
    apiKey: read('api-key'),
    apiUrl: parseApiUrl(read),
    prompt: read('prompt'),
    promptFile: read('prompt-file'),
    executor: read('executor'),
    model: read('model'),
    skills: words(read('skills')),
    workspaceId: parseWorkspaceId(read),
    computer: read('computer'),
    taskId: read('task-id'),
    repository: parseRepository(read),
    branch: read('branch'),
    // YAML's own words for on and off count too: some tools write them.
    includeChanges: ['auto', 'true'].includes(choice(read, 'include-changes', ['auto', 'off', 'true', 'false'])),
    files: lines(read('files')),
    wait: flag(read, 'wait'),
    timeoutMs: parseTimeout(read),
    onTimeout: choice(read, 'on-timeout', ['cancel', 'leave']),
    failOn: parseFailOn(read),
    report,
    commentMode: choice(read, 'comment-mode', ['sticky', 'new', 'off']),
    commentKey: read('comment-key'),
    issueTitle: read('issue-title'),
    issueLabels: read('issue-labels')
      .split(/[,\n]/)
      .map((label) => label.trim())
      .filter(Boolean),
    visibility: choice(read, 'visibility', ['', 'private', 'shared', 'public']),
    artifacts: parseArtifacts(read),
    artifactsPath: read('artifacts-path'),
    permission: choice(read, 'permission', ROLES),
    allowedBots: words(read('allowed-bots')),
    githubToken: read('github-token'),
    dryRun: flag(read, 'dry-run'),
  };
  refuseContradictions(inputs);
  return Object.freeze(inputs);
}

function reader(json: string): Read {
  let given: unknown;
  try {
    given = JSON.parse(json);
  } catch (cause) {
    throw new InputError('inputs', 'did not arrive as JSON; this is a defect of action.yml', { cause });
  }
  const values = new Map<string, string>();
  if (typeof given === 'object' && given !== null) {
    for (const [name, value] of Object.entries(given)) values.set(name, String(value ?? '').trim());
  }
  return (name) => {
    const value = values.get(name) ?? '';
    const fallback = INPUTS[name].default;
    return value === '' && !fallback.startsWith('${{') ? fallback : value;
  };
}

function choice<T extends string>(read: Read, name: InputName, choices: readonly T[]): T {
  const value = read(name).toLowerCase();
  const found = choices.find((each) => each === value);
  if (found === undefined) throw InputError.notOneOf(name, read(name), choices);
  return found;
}

function flag(read: Read, name: InputName): boolean {
  return choice(read, name, ['true', 'false']) === 'true';
}

function words(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

function lines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);
}

function parseApiUrl(read: Read): string {
  const value = read('api-url');
  if (!URL.canParse(value))
    throw new InputError('api-url', `"${value}" is not a URL, e.g. ${INPUTS['api-url'].default}`);
  const url = new URL(value);
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && local)) {
    throw new InputError('api-url', `"${value}" must use https, because the API key travels with every request`);
  }
  if (url.username !== '' || url.password !== '')
    throw new InputError('api-url', 'must not hold credentials; use `api-key`');
  return value.replace(/\/+$/, '');
}

function parseWorkspaceId(read: Read): string {
  const value = read('workspace-id');
  if (value !== '' && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) {
    throw new InputError('workspace-id', `"${value}" is not a UUID; it comes from the output \`workspace-id\``);
  }
  return value;
}

function parseRepository(read: Read): string {
  const value = read('repository');
  if (value !== '' && !/^(?!\.{1,2}\/)[\w.-]+\/(?!\.{1,2}$)[\w.-]+$/.test(value)) {
    throw new InputError('repository', `"${value}" is not of the form owner/repo`);
  }
  return value;
}

function parseTimeout(read: Read): number {
  const value = read('timeout-minutes');
  const minutes = Number(value);
  if (!Number.isFinite(minutes) || minutes <= 0 || minutes > MAX_TIMEOUT_MINUTES) {
    throw new InputError(
      'timeout-minutes',
      `"${value}" is not a number of minutes above 0, e.g. 30 (decimals are fine)`,
    );
  }
  return Math.round(minutes * 60_000);
}

function parseFailOn(read: Read): readonly SettledStatus[] {
  const given = words(read('fail-on').toLowerCase());
  if (given.includes('never')) {
    if (given.length > 1) throw new InputError('fail-on', 'combines `never` with other words; keep `never` alone');
    return [];
  }
  return given.map((word) => {
    const status = SETTLED_STATUSES.find((each) => each === word && each !== 'succeeded');
    if (status === undefined) throw InputError.notOneOf('fail-on', word, INPUTS['fail-on'].choices);
    return status;
  });
}

function parseReport(read: Read): 'auto' | readonly ReportTarget[] {
  const given = words(read('report').toLowerCase());
  if (given.includes('review')) {
    throw new InputError('report', '`review` is not available yet; use `comment` or `check`');
  }
  if (given.includes('auto')) {
    if (given.length > 1) throw new InputError('report', 'combines `auto` with other words; keep `auto` alone');
    return 'auto';
  }
  const targets = new Set<ReportTarget>();
  for (const word of given) {
    if (word === 'comment' || word === 'check' || word === 'issue') targets.add(word);
    else if (word !== 'summary')
      throw InputError.notOneOf('report', word, ['auto', 'summary', 'comment', 'check', 'issue']);
  }
  return [...targets];
}

function parseArtifacts(read: Read): readonly string[] {
  const given = words(read('artifacts'));
  if (given.length === 1 && (given[0] === 'none' || given[0] === 'false')) return [];
  if (given.length === 1 && (given[0] === 'all' || given[0] === 'true')) return ['*'];
  return given;
}

function refuseContradictions(inputs: ActionInputs): void {
  if (inputs.prompt !== '' && inputs.promptFile !== '') {
    throw new InputError('prompt-file', 'cannot be combined with `prompt`; keep one of the two');
  }
  const followsNamedTask = inputs.taskId !== '' && inputs.taskId !== 'auto' && inputs.taskId !== 'new';
  if (inputs.prompt === '' && inputs.promptFile === '' && !followsNamedTask) {
    throw new InputError('prompt', 'is empty; say what the agent shall do in `prompt` or `prompt-file`');
  }
  if (inputs.workspaceId !== '' && inputs.computer !== '') {
    throw new InputError('computer', 'cannot be combined with `workspace-id`; keep one of the two');
  }
}
