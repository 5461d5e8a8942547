import { AgentComputers } from './agent-computers.ts';
import { Artifacts } from './artifacts.ts';
import { Files } from './files.ts';
import { type ClientOptions, settingsFrom } from './options.ts';
import { Prompts } from './prompts.ts';
import { Tasks } from './tasks.ts';
import { Transport } from './transport.ts';
import { Webhooks } from './webhooks.ts';

/**
 * The Rebyte API. Everything safe to repeat is retried (see RetryPolicy); every call takes an AbortSignal and throws a
 * RebyteError. Close it when done.
 *
 * @throws ValidationError for options that cannot work.
 */
export class RebyteClient {
  readonly tasks: Tasks;
  readonly prompts: Prompts;
  readonly files: Files;
  readonly artifacts: Artifacts;
  readonly agentComputers: AgentComputers;
  readonly webhooks: Webhooks;
  readonly #transport: Transport;

  constructor(options: ClientOptions) {
    const transport = new Transport(settingsFrom(options));
    this.#transport = transport;
    this.prompts = new Prompts(transport);
    this.files = new Files(transport);
    this.artifacts = new Artifacts(transport);
    this.agentComputers = new AgentComputers(transport);
    this.webhooks = new Webhooks(transport);
    this.tasks = new Tasks(transport, this.artifacts);
  }

  /**
   * Opens a connection that the first request will find made, round trips and TLS included. For when that request is
   * moments away: a connection that waits for longer than seconds is closed again, as servers do. Fails silently, and
   * the request then makes its own. Does nothing behind a proxy, or once a request has been sent.
   */
  preconnect(): void {
    this.#transport.preconnect();
  }

  /** Ends every connection. Calls under way fail with a ConnectionError, later ones too. */
  async close(): Promise<void> {
    await this.#transport.close();
  }
}
