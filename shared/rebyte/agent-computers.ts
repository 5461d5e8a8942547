import type { AgentComputer, AgentComputerDetail, CallOptions, NewAgentComputer } from './contract.ts';
import { objectWith } from './decode.ts';
import { ProvisioningError } from './errors.ts';
import { type ListOptions, pagesOf } from './pages.ts';
import { path } from './path.ts';
import { type PollPace, pollDelay } from './retry.ts';
import type { Transport } from './transport.ts';
import { validateComputer } from './validate.ts';

const PACE: PollPace = { firstMs: 1_000, capMs: 15_000 };

/** `/agent-computers`: persistent workspaces. Run a task on one by its id as `workspaceId`. */
export class AgentComputers {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Returns at once, provisioning; then await `ready(id)`. Sent again only when it provably never left. */
  async create(computer: NewAgentComputer = {}, { signal }: CallOptions = {}): Promise<AgentComputer> {
    validateComputer(computer);
    const call = { method: 'POST', path: path`/agent-computers`, json: computer, signal } as const;
    return await this.#transport.json(call, objectWith<AgentComputer>('id', 'status'));
  }

  /** All computers, newest first, page by page as they are taken. */
  list(list: ListOptions = {}, { signal }: CallOptions = {}): AsyncIterable<AgentComputer> {
    const entry = objectWith<AgentComputer>('id');
    return pagesOf(this.#transport, { path: path`/agent-computers`, entry }, { ...list, signal });
  }

  /** With `taskCount` and `recentTasks`. */
  async get(id: string, { signal }: CallOptions = {}): Promise<AgentComputerDetail> {
    const call = { method: 'GET', path: path`/agent-computers/${id}`, signal } as const;
    return await this.#transport.json(call, objectWith<AgentComputerDetail>('id', 'status'));
  }

  /**
   * Polls, at growing intervals, until the computer is ready. There is no deadline but the signal.
   *
   * @throws ProvisioningError when it came up as `error`.
   */
  async ready(id: string, { signal }: CallOptions = {}): Promise<AgentComputerDetail> {
    const { sleep, random } = this.#transport.settings;
    for (let round = 0; ; round += 1) {
      const computer = await this.get(id, { signal });
      if (computer.status === 'ready') return computer;
      if (computer.status === 'error') throw new ProvisioningError(id, computer.provisionError ?? undefined);
      await sleep(pollDelay(PACE, round, random), signal);
    }
  }
}
