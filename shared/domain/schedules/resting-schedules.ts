import { createHash } from 'node:crypto';
import { z } from 'zod';
import { scheduleIssueKey } from './schedule-state.ts';
import type { Engine } from '../engine/engine.ts';
import { threadKey } from '../engine/lanes.ts';
import { notedCreation } from '../landing.ts';
import { isLastingFailure } from '../lasting-failure.ts';
import { findRollingIssue } from '../rolling-issue.ts';
import { upsertComment } from '../sticky-comment.ts';
import type { LoadedConfig, Schedule } from '../../model/repository-config.ts';
import type { RepositoryName } from '../../model/thread.ts';
import type { ThreadsPort } from '../../ports/forge.ts';
import type { NoteStore } from '../../ports/store.ts';
import { restingScheduleAnswer } from '../../render/answers.ts';

const REMEMBERED = z.array(z.object({ schedule: z.string(), title: z.string(), labels: z.array(z.string()) }));

type Broken = Extract<LoadedConfig, { kind: 'broken' }>;

/** Keeps where the schedules of a good config report: one that broke later does not say. */
export async function rememberSchedules(
  notes: Pick<NoteStore, 'read' | 'write'>,
  repository: RepositoryName,
  schedules: readonly Schedule[],
): Promise<void> {
  const places = schedules.map(({ name, report }) => ({ schedule: name, ...report }));
  const text = places.length === 0 ? undefined : JSON.stringify(places);
  await change(notes, placesNote(repository), text);
  await change(notes, toldNote(repository), undefined);
}

/**
 * Says that a repository's schedules rest because its config cannot be used, once for each wording: in the log, and in the
 * rolling issues that its schedules have. A schedule without an issue has no place where anybody would look.
 *
 * @throws ForgeError when GitHub cannot be asked now, TryLater while a comment that was begun may still appear; run it again later.
 */
export async function tellOfBrokenConfig(
  engine: Engine,
  forge: ThreadsPort,
  { repository, broken }: { repository: RepositoryName; broken: Broken },
): Promise<void> {
  const { store, mask, secret } = engine;
  const text = mask(restingScheduleAnswer(broken));
  const version = createHash('sha256').update(text).digest('base64url').slice(0, 22);
  if ((await store.read(toldNote(repository))) === version) return;
  const log = engine.log({ repository: `${repository.owner}/${repository.repo}` });
  const [first] = broken.problems;
  const line = first?.line === undefined ? '' : `, line ${first.line}`;
  log.warning(`Schedules do not run: ${broken.path}${line} cannot be used. ${first?.message ?? ''}`);
  for (const { schedule, title, labels } of await remembered(store, repository)) {
    try {
      const payload = { key: scheduleIssueKey(schedule) };
      const issue = await findRollingIssue(forge, { repository, title, labels, secret, payload });
      if (issue === undefined) continue;
      const thread = { ...repository, number: issue.number };
      const key = `resting:${version}`;
      await upsertComment(forge, {
        thread,
        secret,
        payload: { key },
        mode: 'sticky',
        body: (marker) => `${text}\n\n${marker}\n`,
        creating: notedCreation(engine, `${key}:${threadKey(thread)}`),
      });
    } catch (error) {
      if (!isLastingFailure(error)) throw error;
      log.warning(`The issue of the schedule "${schedule}" cannot be told: ${error.message}`);
    }
  }
  await store.write(toldNote(repository), version);
}

/** Reading is cheap in every store. */
async function change(notes: Pick<NoteStore, 'read' | 'write'>, key: string, value: string | undefined): Promise<void> {
  if ((await notes.read(key)) !== value) await notes.write(key, value);
}

async function remembered(
  notes: Pick<NoteStore, 'read'>,
  repository: RepositoryName,
): Promise<z.infer<typeof REMEMBERED>> {
  const text = await notes.read(placesNote(repository));
  return text === undefined ? [] : REMEMBERED.parse(JSON.parse(text));
}

function placesNote({ owner, repo }: RepositoryName): string {
  return `schedule-places:${owner}/${repo}`.toLowerCase();
}

/** Which wording was told last. */
function toldNote({ owner, repo }: RepositoryName): string {
  return `schedules-resting:${owner}/${repo}`.toLowerCase();
}
