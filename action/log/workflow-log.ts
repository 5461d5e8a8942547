import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { inertLine } from './inert-text.ts';
import { maskFor } from '../../shared/domain/mask-for.ts';
import type { LogPort } from '../../shared/ports/log.ts';

/** No secret or token is longer, by far. */
const MAX_SECRET_CHARS = 10_000;

/**
 * The step's log, in the runner's workflow commands. Every text passes the masks: our secrets, GitHub's tokens, the
 * signatures of addresses. Our own lines are made inert, and annotations are escaped, so no text can become a command.
 *
 * Source: docs.github.com, "Workflow commands for GitHub Actions".
 */
export class WorkflowLog implements LogPort {
  readonly #out: Writable;
  readonly #secrets: string[] = [];
  #mask = maskFor([]);
  #openGroup = false;
  #stopToken = '';

  constructor(out: Writable) {
    this.#out = out;
  }

  /** From now on `secret` is *** here, and the runner masks it in everything the job prints. */
  addSecret(secret: string): void {
    if (secret.trim() === '' || this.#secrets.includes(secret)) return;
    this.#secrets.push(secret);
    this.#mask = maskFor(this.#secrets);
    for (const line of secret.split(/\r?\n/)) if (line.trim() !== '') this.#command('add-mask', line);
  }

  /** Masks what this log masks, for texts that go elsewhere: outputs, comments, errors. */
  mask(text: string): string {
    return this.#mask(text);
  }

  /** The first `maxChars` characters, masked. Cut before that, a secret on the border would show its first half. */
  maskedStart(text: string, maxChars: number): string {
    return this.#mask(text.slice(0, maxChars + MAX_SECRET_CHARS)).slice(0, maxChars);
  }

  debug(message: string): void {
    this.#command('debug', this.mask(message));
  }

  info(message: string): void {
    this.#resume();
    for (const line of message.split('\n')) this.#out.write(`${inertLine(line, this.#mask)}\n`);
  }

  notice(message: string): void {
    this.#command('notice', this.mask(message), 'title=Rebyte');
  }

  warning(message: string): void {
    this.#command('warning', this.mask(message), 'title=Rebyte');
  }

  error(message: string): void {
    this.#command('error', this.mask(message), 'title=Rebyte');
  }

  openGroup(title: string): void {
    this.closeGroup();
    this.#command('group', inertLine(title, this.#mask));
    this.#openGroup = true;
  }

  closeGroup(): void {
    if (!this.#openGroup) return;
    this.#command('endgroup', '');
    this.#openGroup = false;
  }

  /**
   * One line of somebody else's text. Commands are switched off around it by a random token, and the line is made
   * inert besides. Resolves when the runner has taken it, so that a flood cannot pile up in memory.
   */
  async foreign(line: string): Promise<void> {
    if (this.#stopToken === '') {
      this.#stopToken = crypto.randomUUID();
      this.#out.write(`::stop-commands::${this.#stopToken}\n`);
    }
    const taken = this.#out.write(`${inertLine(line, this.#mask)}\n`);
    if (!taken) await once(this.#out, 'drain');
  }

  #resume(): void {
    if (this.#stopToken === '') return;
    this.#out.write(`::${this.#stopToken}::\n`);
    this.#stopToken = '';
  }

  #command(name: string, value: string, properties = ''): void {
    this.#resume();
    const data = value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
    this.#out.write(`::${name}${properties === '' ? '' : ` ${properties}`}::${data}\n`);
  }
}
