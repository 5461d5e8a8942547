import type { AgentPort } from '../../../../shared/ports/agent.ts';

/** Rebyte in memory, for what is done to tasks that exist. */
export function fakeAgent(): AgentPort & { readonly calls: readonly string[] } {
  const calls: string[] = [];
  const unexpected = async (): Promise<never> =>
    await Promise.reject(new Error('Taking in a trigger never sends a prompt, nor waits for one.'));
  return {
    calls,
    cancel: async (taskId) => {
      calls.push(`cancel ${taskId}`);
      await Promise.resolve();
    },
    share: async (taskId) => {
      calls.push(`share ${taskId}`);
      return await Promise.resolve(`https://rebyte.example/share/${taskId}`);
    },
    createTask: unexpected,
    sendPrompt: unexpected,
    getTask: unexpected,
    listTasks: async function* () {
      yield await unexpected();
    },
    resultOf: unexpected,
    artifacts: unexpected,
    computer: unexpected,
    findByReference: unexpected,
    tasksOfComputer: unexpected,
    upload: unexpected,
  };
}
