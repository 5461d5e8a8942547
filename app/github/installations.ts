import type { Probot } from 'probot';
import { z } from 'zod';
import type { InstalledRepository } from '../../shared/domain/engine/engine.ts';
import type { Pace } from '../../shared/domain/pace.ts';
import { createForge } from '../../shared/github/index.ts';
import type { ClockPort } from '../../shared/ports/clock.ts';
import type { Forge } from '../../shared/ports/forge.ts';
import type { LogPort } from '../../shared/ports/log.ts';
import { messageOf } from '../../shared/model/message-of.ts';

export interface InstallationParts {
  readonly clock: ClockPort;
  readonly log: (fields: Readonly<Record<string, string>>) => LogPort;
  /** Our own login. */
  readonly self: string;
  /** Ends waits for rate limits. */
  readonly signal: AbortSignal;
  /** Absent: writes wait for nothing before GitHub asks for it. */
  readonly pace?: Pick<Pace, 'room' | 'wrote'>;
}

/** GitHub as the App's installations see it. */
export interface Installations {
  readonly forgeFor: (installationId: number) => Promise<Forge>;
  /** Every repository that the App may reach; asked anew when an installation changed, else every quarter of an hour. */
  readonly repositories: () => AsyncIterable<InstalledRepository>;
  /** Something about the installations changed. */
  readonly forget: () => void;
}

/** A forge holds a token and little else; this is a bound, not a need. */
const MAX_FORGES = 1_000;
const LIST_LIFE_MS = 15 * 60_000;

const installation = z.object({ id: z.int().positive(), suspended_at: z.string().nullish() });
const installed = z.object({
  name: z.string(),
  owner: z.object({ login: z.string() }),
  default_branch: z.string(),
  archived: z.boolean().default(false),
});

export function installationsOf(probot: Probot, parts: InstallationParts): Installations {
  const forges = new Map<number, Promise<Forge>>();
  let listed: { readonly at: number; readonly all: readonly InstalledRepository[] } | undefined;
  return {
    forgeFor: async (installationId) => {
      const known = forges.get(installationId) ?? makeForge(probot, parts, installationId);
      // Last asked is last out.
      forges.delete(installationId);
      forges.set(installationId, known);
      const [oldest] = forges.keys();
      if (forges.size > MAX_FORGES && oldest !== undefined) forges.delete(oldest);
      return await known;
    },
    async *repositories() {
      if (listed === undefined || parts.clock.now() - listed.at >= LIST_LIFE_MS)
        listed = { at: parts.clock.now(), all: await listRepositories(probot, parts) };
      yield* listed.all;
    },
    forget: () => {
      listed = undefined;
      forges.clear();
    },
  };
}

async function makeForge(probot: Probot, parts: InstallationParts, installationId: number): Promise<Forge> {
  const { clock, self, signal, pace } = parts;
  const log = parts.log({ installation: String(installationId) });
  const octokit = await probot.auth(installationId);
  const writePace = pace && {
    room: () => pace.room(installationId),
    wrote: () => pace.wrote(installationId),
  };
  return createForge(octokit, {
    clock,
    log,
    signal,
    knownLogin: self,
    holder: 'app',
    ...(writePace !== undefined && { writePace }),
  });
}

async function listRepositories(probot: Probot, { log }: InstallationParts): Promise<readonly InstalledRepository[]> {
  const all: InstalledRepository[] = [];
  const app = await probot.auth();
  for (const row of await app.paginate('GET /app/installations', { per_page: 100 })) {
    const { id: installationId, suspended_at } = installation.parse(row);
    if (suspended_at != null) continue;
    try {
      const octokit = await probot.auth(installationId);
      for (const each of await octokit.paginate('GET /installation/repositories', { per_page: 100 })) {
        const { name, owner, default_branch, archived } = installed.parse(each);
        if (archived) continue;
        all.push({ installationId, repository: { owner: owner.login, repo: name }, defaultBranch: default_branch });
      }
    } catch (error) {
      const why = messageOf(error);
      log({ installation: String(installationId) }).warning(`Its repositories cannot be listed: ${why}`);
    }
  }
  return all;
}
