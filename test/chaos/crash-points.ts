import type { AgentPort } from '../../shared/ports/agent.ts';
import type { Forge } from '../../shared/ports/forge.ts';
import type { Job } from '../../shared/ports/jobs.ts';
import type { Store } from '../../shared/ports/store.ts';

/**
 * `changes`: something outlives the call, so it matters on which side of it a process dies; `rarely` the same, and it is
 * seldom called. `looks`: nothing outlives it.
 */
type Kind = 'changes' | 'rarely' | 'looks';
/** Every method of a port: whoever adds one to the port is made to add it here. */
type Methods<Port> = Readonly<Record<keyof Port, Kind>>;

const STORE: Methods<Store> = {
  insert: 'changes',
  update: 'changes',
  setConversation: 'changes',
  write: 'changes',
  prune: 'rarely',
  putOff: 'rarely',
  bringForward: 'rarely',
  due: 'looks',
  dueOfTasks: 'looks',
  dueAccounts: 'looks',
  get: 'looks',
  byTask: 'looks',
  openInThread: 'looks',
  lastInThread: 'looks',
  open: 'looks',
  countOpen: 'looks',
  conversation: 'looks',
  read: 'looks',
};

const FORGE: Methods<Forge> = {
  createComment: 'changes',
  updateComment: 'changes',
  createIssue: 'rarely',
  updateIssue: 'rarely',
  createCheck: 'changes',
  updateCheck: 'changes',
  react: 'changes',
  viewer: 'looks',
  findCheck: 'looks',
  listComments: 'looks',
  listOpenIssues: 'looks',
  roleOf: 'looks',
  isTeamMember: 'looks',
  readFile: 'looks',
  getThread: 'looks',
  getPullRequest: 'looks',
  listChangedFiles: 'looks',
};

const AGENT: Methods<AgentPort> = {
  createTask: 'changes',
  sendPrompt: 'changes',
  cancel: 'rarely',
  share: 'rarely',
  computer: 'rarely',
  upload: 'rarely',
  getTask: 'looks',
  listTasks: 'looks',
  tasksOfComputer: 'looks',
  resultOf: 'looks',
  artifacts: 'looks',
  findByReference: 'looks',
};

const JOBS: Readonly<Record<Job['kind'], Kind>> = {
  trigger: 'changes',
  thread_closed: 'rarely',
  submit: 'changes',
  report: 'changes',
  notice: 'changes',
  sweep: 'changes',
  schedules: 'rarely',
  redeliver: 'rarely',
  prune: 'rarely',
  // No clock is set while the App may be killed.
  clock_set: 'looks',
};

function changing(methods: Readonly<Record<string, Kind>>): string[] {
  return Object.entries(methods).flatMap(([name, kind]) => (kind === 'looks' ? [] : [name]));
}

/** Names of the methods after which something is different, by port. */
export const CHANGING = { store: changing(STORE), forge: changing(FORGE), agent: changing(AGENT) } as const;

const CALLS: readonly string[] = [
  ...CHANGING.store.map((name) => `store.${name}`),
  ...CHANGING.forge.map((name) => `forge.${name}`),
  ...CHANGING.agent.map((name) => `agent.${name}`),
  ...changing(JOBS).map((kind) => `jobs.add(${kind})`),
  // Between the last effect of a job and its end in the queue, and between its choice and its first effect.
  ...changing(JOBS).map((kind) => `work(${kind})`),
];

/**
 * Every place between two side effects, e.g. `forge.createComment:before` and `jobs.add(trigger):after`: before a call the
 * effect is not there and whatever preceded it is, after it the effect is there and nobody knows.
 */
export const CRASH_POINTS: readonly string[] = CALLS.flatMap((call) => [`${call}:before`, `${call}:after`]);

const RARE = Object.entries({ ...STORE, ...FORGE, ...AGENT, ...JOBS }).flatMap(([name, kind]) =>
  kind === 'rarely' ? [name] : [],
);

/** Whether the point is so seldom come by that its next pass has to do. */
export function isRare(point: string): boolean {
  return RARE.some((name) => point.includes(`.${name}:`) || point.includes(`(${name}):`));
}
