import { attachmentLinks } from './attachment-links.ts';
import type { RunRecord } from '../../model/run-record.ts';
import { AgentRefusal, type AgentPort } from '../../ports/agent.ts';
import type { AttachmentsPort } from '../../ports/attachments.ts';
import { messageOf } from '../../model/message-of.ts';

/** Screenshots and logs, not disk images; kept in memory on their way. */
const MAX_ATTACHMENT_BYTES = 20 * 1_048_576;

export interface AttachedFiles {
  readonly files: readonly { readonly id: string; readonly filename: string }[];
  /** What could not be sent, one sentence each. */
  readonly notes: readonly string[];
}

/** Sends what the commander attached to the command along. A file that cannot be sent is a note and stops nothing. */
export async function attachFiles(
  agent: AgentPort,
  attachments: AttachmentsPort | undefined,
  run: RunRecord,
): Promise<AttachedFiles> {
  const { links, leftOut } = attachmentLinks(run.command.prompt);
  const files: { id: string; filename: string }[] = [];
  const notes = leftOut === 0 ? [] : [`${leftOut} more attachments were not sent: at most ${links.length} are.`];
  for (const link of links) {
    try {
      if (attachments === undefined) throw new Error('This App is not set up to send attachments.');
      const file = await attachments.fetch(link, { maxBytes: MAX_ATTACHMENT_BYTES });
      const { contentType, bytes } = file;
      const filename = uniqueName(file.filename, files);
      const type = contentType === undefined ? {} : { contentType };
      files.push(await agent.upload({ filename, ...type, bytes: once(bytes), size: bytes.length }));
    } catch (error) {
      if (error instanceof AgentRefusal) throw error;
      notes.push(`Not sent along: ${link} (${messageOf(error)})`);
    }
  }
  return { files, notes };
}

function uniqueName(filename: string, files: readonly { filename: string }[]): string {
  return files.some((file) => file.filename === filename) ? `${files.length + 1}-${filename}` : filename;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield bytes;
}
