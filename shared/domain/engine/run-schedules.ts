import { createHash } from 'node:crypto';
import type { Engine, InstalledRepository } from './engine.ts';
import { loadConfig } from '../config/load-config.ts';
import { rememberSchedules, tellOfBrokenConfig } from '../schedules/resting-schedules.ts';
import { takeSlot } from '../schedules/take-slot.ts';
import { messageOf } from '../../model/message-of.ts';

/** A repository is asked for its config this often; between that and its next slot nothing is asked of GitHub. */
const CONFIG_INTERVAL_MS = 15 * 60_000;

/** Starts the runs whose time has come, in every repository that has schedules. Meant to run every minute. */
export async function runSchedules(engine: Engine): Promise<void> {
  for await (const installed of engine.installedRepositories()) {
    const { owner, repo } = installed.repository;
    try {
      await runDue(engine, installed);
    } catch (error) {
      const why = messageOf(error);
      engine.log({ repository: `${owner}/${repo}` }).warning(`The schedules could not be looked at: ${why}`);
    }
  }
}

async function runDue(engine: Engine, installed: InstalledRepository): Promise<void> {
  const { store, clock } = engine;
  const { repository, installationId } = installed;
  const note = schedulesNote(repository);
  const now = clock.now();
  const rest = Number((await store.read(note)) ?? 0) - now;
  // Longer than it ever rests: the clock was set back meanwhile.
  if ((rest > 0 && rest <= CONFIG_INTERVAL_MS) || engine.agentFor(repository.owner) === undefined) return;
  const forge = await engine.forgeFor(installationId);
  const loaded = await loadConfig({ forge, notes: store, repository });
  let next = now + CONFIG_INTERVAL_MS;
  // Nothing runs on a guess.
  if (loaded.kind === 'broken') await tellOfBrokenConfig(engine, forge, { repository, broken: loaded });
  else {
    await rememberSchedules(store, repository, loaded.config.schedules);
    const configHash = createHash('sha256').update(JSON.stringify(loaded.config)).digest('base64url').slice(0, 22);
    for (const schedule of loaded.config.schedules)
      next = Math.min(next, await takeSlot(engine, { installed, schedule, configHash }));
  }
  await store.write(note, String(next));
}

/** The note with the moment before which the repository's schedules need no look; forget it when its config changes. */
export function schedulesNote({ owner, repo }: InstalledRepository['repository']): string {
  return `schedules:${owner}/${repo}`.toLowerCase();
}
