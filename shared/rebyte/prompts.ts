import type { CallOptions, CreatedPrompt, NewPrompt } from './contract.ts';
import { objectWith } from './decode.ts';
import { path } from './path.ts';
import type { Transport } from './transport.ts';
import { validatePrompt } from './validate.ts';

/** `/tasks/:id/prompts`: follow-ups. */
export class Prompts {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Sends a follow-up to a running or finished task; a stopped VM resumes. Like `tasks.create` it is sent again only
   * when it provably never left; the task's own prompts tell whether a doubtful one arrived.
   *
   * @throws ValidationError before sending.
   */
  async create(taskId: string, prompt: NewPrompt, { signal }: CallOptions = {}): Promise<CreatedPrompt> {
    validatePrompt(prompt);
    const headersMs = this.#transport.settings.timeouts.createTaskMs;
    const call = { method: 'POST', path: path`/tasks/${taskId}/prompts`, json: prompt, headersMs, signal } as const;
    return await this.#transport.json(call, objectWith<CreatedPrompt>('promptId'));
  }
}
