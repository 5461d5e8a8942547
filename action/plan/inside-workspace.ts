import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { Refusal } from '../refusal.ts';

/**
 * Links count as what they lead to, wherever in the path they are.
 *
 * @param input the input that names the file, for the message.
 * @throws Refusal `file_refused` when the file lies outside of the workspace; the system's error when there is no file.
 */
export async function mustBeInside(file: string, workspace: string, input: string): Promise<void> {
  const [real, root] = await Promise.all([realpath(file), realpath(workspace)]);
  if (!real.startsWith(root + path.sep))
    throw new Refusal('file_refused', `\`${input}\`: "${file}" lies outside of the workspace ${workspace}.`);
}
