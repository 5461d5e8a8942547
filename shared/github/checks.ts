import type { CheckRunState, ChecksPort } from '../ports/forge.ts';
import { checkRunFrom } from './rows.ts';
import { type Parameters, refuseTooLong, repositoryPath, type Send } from './send.ts';

/** GitHub's limit for a check run's summary. */
const MAX_SUMMARY_CHARS = 65_535;

/** Check runs over REST. Only Apps and GITHUB_TOKEN may write them, a personal token may not. */
export function checksOver(send: Send): ChecksPort {
  return {
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
