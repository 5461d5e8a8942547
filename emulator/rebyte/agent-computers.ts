import { setImmediate as nextTurn } from 'node:timers/promises';
import { ApiError } from './api-error.ts';
import { type Emulator, inBackground } from './emulator.ts';
import type { AgentComputer } from './records.ts';
import type { CreateAgentComputerBody } from './requests.ts';
import { provision } from './tasks.ts';
import { createWorkspace } from './workspace.ts';

/** A computer is a workspace that outlives its tasks; it is returned while it is being provisioned. */
export async function createComputer(emulator: Emulator, body: CreateAgentComputerBody): Promise<AgentComputer> {
  const workspace = await createWorkspace(emulator);
  const createdAt = new Date();
  // One turn later, or an instant provisioning would be over before the answer says `provisioning`.
  const provisioning = nextTurn().then(() => provision(emulator));
  const computer: AgentComputer = {
    id: workspace.id,
    name: body.name ?? 'Agent Computer',
    icon: body.icon ?? null,
    workspace,
    createdAt,
    updatedAt: createdAt,
    status: 'provisioning',
    provisionError: null,
    provisioned: provisioning.then(
      () => become(computer, 'ready'),
      (error: unknown) => become(computer, 'error', error instanceof Error ? error.message : String(error)),
    ),
  };
  emulator.computers.set(computer.id, computer);
  inBackground(emulator, `agent computer ${computer.id}`, computer.provisioned);
  return computer;
}

export function findComputer(emulator: Emulator, id: string): AgentComputer {
  const computer = emulator.computers.get(id);
  if (!computer) throw new ApiError('not_found', `no agent computer ${id}`);
  return computer;
}

function become(computer: AgentComputer, status: AgentComputer['status'], error: string | null = null): void {
  computer.status = status;
  computer.provisionError = error;
  computer.updatedAt = new Date();
}
