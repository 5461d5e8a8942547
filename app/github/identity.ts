import type { Probot } from 'probot';
import { z } from 'zod';
import type { ClockPort } from '../../shared/ports/clock.ts';
import type { LogPort } from '../../shared/ports/log.ts';
import { EVENTS, PERMISSIONS, covers } from './operations.ts';
import { messageOf } from '../../shared/model/message-of.ts';

const app = z.object({
  slug: z.string().min(1),
  html_url: z.string().optional(),
  permissions: z.record(z.string(), z.string().optional()).default({}),
  events: z.array(z.string()).default([]),
});

/** Pauses between attempts; together they outlast a restart of GitHub Enterprise Server's front end. */
const DELAYS_MS = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000];

/** GitHub does not let this App in. */
export class IdentityError extends Error {
  override readonly name = 'IdentityError';
}

/**
 * Our login as GitHub shows it, e.g. `rebyte[bot]`. Warns of permissions and events that the App's owner has not granted:
 * GitHub sends nothing and refuses later, and neither says so.
 *
 * @throws IdentityError when the credentials are wrong, or GitHub cannot be reached for some minutes.
 */
export async function identify(probot: Probot, { clock, log }: { clock: ClockPort; log: LogPort }): Promise<string> {
  const octokit = await probot.auth();
  for (let attempt = 0; ; attempt += 1) {
    try {
      const { data } = await octokit.request('GET /app');
      const { slug, permissions, events } = app.parse(data);
      for (const lack of lacking(permissions, events)) log.warning(lack);
      return `${slug}[bot]`;
    } catch (error) {
      const message = messageOf(error);
      const status = statusOf(error);
      if (status === 401 || status === 403 || status === 404)
        throw new IdentityError(
          `GitHub does not know this App (${status}: ${message}). Check that APP_ID and PRIVATE_KEY belong together, and GHE_HOST.`,
          { cause: error },
        );
      const delay = DELAYS_MS[attempt];
      if (delay === undefined)
        throw new IdentityError(`GitHub cannot be reached: ${message}. Check the network and GHE_HOST.`, {
          cause: error,
        });
      log.warning(`GitHub cannot be asked who we are (${message}), again in ${delay} ms.`);
      await clock.sleep(delay);
    }
  }
}

/** Octokit gives a connection that broke the status 500; such an error is tried again, as a real 500 is. */
function statusOf(error: unknown): number | undefined {
  const has = typeof error === 'object' && error !== null && 'status' in error;
  return has && typeof error.status === 'number' ? error.status : undefined;
}

function lacking(permissions: Readonly<Record<string, string | undefined>>, events: readonly string[]): string[] {
  const where = 'in its settings under "Permissions & events", and have the owners of its installations accept it';
  const refused = Object.entries(PERMISSIONS).filter(([name, level]) => !covers(permissions[name], level));
  const unheard = EVENTS.filter((event) => !events.includes(event));
  return [
    ...refused.map(([name, level]) => `The App lacks the permission \`${name}: ${level}\`. Grant it ${where}.`),
    ...unheard.map((event) => `The App is not subscribed to \`${event}\`. Tick it ${where}.`),
  ];
}
