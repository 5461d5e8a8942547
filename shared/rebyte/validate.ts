// What the API is documented to refuse, refused before it costs a request. Lengths are UTF-16 code units, as in
// JavaScript: the documentation says "characters", and this count is never lower than one of code points.
import type { NewAgentComputer, NewPrompt, NewTask, NewWebhook } from './contract.ts';
import { ValidationError } from './errors.ts';
import { isLoopback } from './options.ts';

export const MAX_PROMPT_CHARS = 100_000;
export const MAX_FILENAME_CHARS = 255;
const MAX_COMPUTER_NAME_CHARS = 200;
const MAX_ICON_CHARS = 50;
const MAX_WEBHOOK_TEXT_CHARS = 500;

/** @throws ValidationError naming the field. */
export function validateTask(task: NewTask): void {
  validatePrompt(task);
  if (task.githubUrl !== undefined && !/^[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+$/.test(task.githubUrl)) {
    throw new ValidationError(
      'githubUrl',
      `githubUrl must have the form owner/repo, got ${JSON.stringify(task.githubUrl)}.`,
    );
  }
}

export function validatePrompt({ prompt, files }: Pick<NewPrompt, 'prompt' | 'files'>): void {
  if (typeof prompt !== 'string' || prompt.trim() === '') throw new ValidationError('prompt', 'The prompt is empty.');
  limit('prompt', prompt, MAX_PROMPT_CHARS);
  for (const file of files ?? []) validateFilename(file.filename);
}

export function validateFilename(filename: string): void {
  if (filename === '') throw new ValidationError('filename', 'The filename is empty.');
  limit('filename', filename, MAX_FILENAME_CHARS);
}

export function validateComputer({ name, icon }: NewAgentComputer): void {
  limit('name', name, MAX_COMPUTER_NAME_CHARS);
  limit('icon', icon, MAX_ICON_CHARS);
}

export function validateWebhook({ url, events, description, secret }: NewWebhook): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  // Plain http reaches only this machine, where Rebyte on localhost delivers.
  if (parsed?.protocol !== 'https:' && !(parsed?.protocol === 'http:' && isLoopback(parsed.hostname))) {
    throw new ValidationError('url', `A webhook's URL must be https, got ${JSON.stringify(url)}.`);
  }
  if (events.length === 0) throw new ValidationError('events', 'A webhook needs at least one event.');
  limit('description', description, MAX_WEBHOOK_TEXT_CHARS);
  limit('secret', secret, MAX_WEBHOOK_TEXT_CHARS);
}

function limit(field: string, text: string | undefined, max: number): void {
  if (text === undefined || text.length <= max) return;
  throw new ValidationError(field, `${field} has ${text.length} characters; the API takes at most ${max}.`);
}
