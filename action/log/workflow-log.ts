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
  readonly #open: () => Writable;
  #stream: Writable | undefined;
  readonly #secrets: string[] = [];
  #mask = maskFor([]);
  #openGroup = false;
  #stopToken = '';
  /** Commands that mask, for the runner, before it is given anything else. */
  #unsaidMasks = '';

  /** @param open gives the stream when there is something to write: the one of a process takes a while to open. */
  constructor(open: () => Writable) {
    this.#open = open;
  }

  /** From now on `secret` is *** here; with the next line, or by {@link tellMasks}, the runner is told, and masks it in all that the job prints. */
  addSecret(secret: string): void {
    if (secret.trim() === '' || this.#secrets.includes(secret)) return;
    this.#secrets.push(secret);
    this.#mask = maskFor(this.#secrets);
    for (const line of secret.split(/\r?\n/)) if (line.trim() !== '') this.#unsaidMasks += command('add-mask', line);
  }

  /** Tells the runner of secrets now, with no line to come yet. */
  tellMasks(): void {
    this.#resume();
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
    if (this.#unsaidMasks !== '') this.#resume();
    if (this.#stopToken === '') {
      this.#stopToken = crypto.randomUUID();
      this.#out.write(`::stop-commands::${this.#stopToken}\n`);
    }
    const taken = this.#out.write(`${inertLine(line, this.#mask)}\n`);
    if (!taken) await once(this.#out, 'drain');
  }

  /** Commands take effect again, and masks come first. */
  #resume(): void {
    if (this.#stopToken !== '') this.#out.write(`::${this.#stopToken}::\n`);
    this.#stopToken = '';
    if (this.#unsaidMasks !== '') this.#out.write(this.#unsaidMasks);
    this.#unsaidMasks = '';
  }

  #command(name: string, value: string, properties = ''): void {
    this.#resume();
    this.#out.write(command(name, value, properties));
  }

  get #out(): Writable {
    return (this.#stream ??= this.#open());
  }
}

function command(name: string, value: string, properties = ''): string {
  const data = value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  return `::${name}${properties === '' ? '' : ` ${properties}`}::${data}\n`;
}
