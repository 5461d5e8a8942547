import type { CheckRun, CheckRunState, ChecksPort } from '../ports/forge.ts';
import { allRows } from './pages.ts';
import { checkRowsFrom, checkRunFrom, referringCheckFrom } from './rows.ts';
import { type Parameters, refuseTooLong, repositoryPath, type Send } from './send.ts';

/** GitHub's limit for a check run's summary. */
const MAX_SUMMARY_CHARS = 65_535;

/**
 * Check runs over REST. Only Apps and GITHUB_TOKEN may write them, a personal token may not.
 *
 * @param viewer our own login: another app may use the same reference.
 */
export function checksOver(send: Send, viewer: () => Promise<string | undefined>): ChecksPort {
  return {
    async findCheck(repository, headSha, externalId) {
      const path = `${repositoryPath(repository)}/commits/${encodeURIComponent(headSha)}/check-runs`;
      // Without it GitHub lists the latest of each name only, and our runs share a name.
      const rows = allRows({ filter: 'all' }, (page) =>
        send('GET', path, page, (data, headers) => ({
          data: checkRowsFrom(data),
          link: String(headers['link'] ?? ''),
        })),
      );
      const self = await viewer();
      let newest: CheckRun | undefined;
      for await (const row of rows) {
        const { author, reference, ...check } = referringCheckFrom(row);
        if (author === self && reference === externalId && check.id > (newest?.id ?? 0)) newest = check;
      }
      return newest;
    },
    async createCheck(repository, headSha, state) {
      const path = `${repositoryPath(repository)}/check-runs`;
      refuseTooLong('POST', path, state.summary, MAX_SUMMARY_CHARS);
      return send('POST', path, { head_sha: headSha, ...parametersOf(state) }, checkRunFrom);
    },
    async updateCheck(repository, checkRunId, state) {
      const path = `${repositoryPath(repository)}/check-runs/${checkRunId}`;
      refuseTooLong('PATCH', path, state.summary, MAX_SUMMARY_CHARS);
      return send('PATCH', path, parametersOf(state), checkRunFrom);
    },
  };
}

function parametersOf({ name, status, conclusion, title, summary, detailsUrl, externalId }: CheckRunState): Parameters {
  return {
    name,
    status,
    output: { title, summary },
    ...(conclusion !== undefined && { conclusion }),
    ...(detailsUrl !== undefined && { details_url: detailsUrl }),
    ...(externalId !== undefined && { external_id: externalId }),
  };
}
