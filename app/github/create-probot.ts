import { Probot, ProbotOctokit } from 'probot';
import type { Logger } from 'pino';
import type { ObservedCall } from '../app-metrics.ts';
import type { Settings } from '../settings.ts';

export interface ProbotParts {
  readonly settings: Pick<Settings, 'appId' | 'privateKey' | 'webhookSecret' | 'githubApiUrl'>;
  readonly log: Logger;
  readonly onCall: (call: ObservedCall) => void;
}

/**
 * Probot for the App's identity: its tokens, and an Octokit for each installation. Deliveries do not pass through it
 * (docs/adr/0008-deliveries-without-probot.md); it has the secret all the same, since without one it takes "development".
 * Its throttling and retries are off, in the only form that it does not override: they keep one queue for all
 * installations, and shared/github waits for limits itself (docs/adr/0004-rate-limits-in-the-forge.md).
 */
export async function createProbot({ settings, log, onCall }: ProbotParts): Promise<Probot> {
  const Octokit = ProbotOctokit.plugin(observing(onCall)).defaults((options: object) => ({
    ...options,
    retry: { enabled: false },
    throttle: { enabled: false },
  }));
  const probot = new Probot({
    appId: settings.appId,
    privateKey: settings.privateKey,
    secret: settings.webhookSecret,
    log,
    Octokit,
    ...(settings.githubApiUrl !== undefined && { baseUrl: settings.githubApiUrl }),
  });
  return await probot.ready();
}

/** An Octokit plugin that tells each call and how long it took. */
function observing(onCall: (call: ObservedCall) => void): (octokit: Pick<ProbotOctokit, 'hook'>) => void {
  return ({ hook }) => {
    hook.wrap('request', async (request, options) => {
      const started = performance.now();
      const told = (status: number | undefined) =>
        onCall({ method: options.method, path: options.url, status, seconds: (performance.now() - started) / 1_000 });
      try {
        const answer = await request(options);
        told(answer.status);
        return answer;
      } catch (error) {
        const answered = typeof error === 'object' && error !== null && 'response' in error && 'status' in error;
        told(answered && error.response !== undefined && typeof error.status === 'number' ? error.status : undefined);
        throw error;
      }
    });
  };
}
