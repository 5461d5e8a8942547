import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { Refusal } from '../refusal.ts';

/**
 * Links count as what they lead to, wherever in the path they are. Nor may it be in a `.git`: `actions/checkout` leaves the
 * job's token there.
 *
 * @param input the input that names the file, for the message.
 * @throws Refusal `file_refused` when the file lies outside of the workspace; the system's error when there is no file.
 */
export async function mustBeInside(file: string, workspace: string, input: string): Promise<void> {
  const [real, root] = await Promise.all([realpath(file), realpath(workspace)]);
  if (!real.startsWith(root + path.sep)) throw refused(`lies outside of the workspace ${workspace}`);
  const parts = path.relative(root, real).split(path.sep);
  if (parts.some((part) => part.toLowerCase() === '.git'))
    throw refused('is in a `.git`, where the job’s token may be, so it is not sent');

  function refused(why: string): Refusal {
    return new Refusal('file_refused', `\`${input}\`: "${file}" ${why}.`);
  }
}
