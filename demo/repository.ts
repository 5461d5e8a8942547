import { mkdir } from 'node:fs/promises';
import { FEATURE, FORK_POINT, MAIN, type Commit } from './history.ts';
import { git } from './git.ts';

export const FEATURE_BRANCH = 'currencies';

export interface Repository {
  readonly mainSha: string;
  readonly headSha: string;
  /** GitHub's test merge of the two. */
  readonly mergeSha: string;
}

/** Makes the bare repository `folder` as GitHub would hold it: branches, the pull request's head and its test merge. */
export async function makeRepository(folder: string, pull: number): Promise<Repository> {
  await mkdir(folder, { recursive: true });
  const cwd = folder;
  await git({ cwd }, 'init', '-q', '--bare', '-b', 'main');
  // As GitHub does: a commit can be fetched by its id alone.
  await git({ cwd }, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  await git({ cwd, input: historyStream(pull) }, 'fast-import', '--quiet');
  const refs = ['refs/heads/main', `refs/heads/${FEATURE_BRANCH}`, `refs/pull/${pull}/merge`];
  const [mainSha = '', headSha = '', mergeSha = ''] = (await git({ cwd }, 'rev-parse', ...refs)).split('\n');
  return { mainSha, headSha, mergeSha };
}

/** The whole history in one go, in the language of git-fast-import(1). */
function historyStream(pull: number): string {
  const main = 'refs/heads/main';
  const feature = `refs/heads/${FEATURE_BRANCH}`;
  const merge: Commit = {
    author: 'Mira',
    daysAgo: 0,
    message: `Merge ${FEATURE_BRANCH} into main`,
    files: Object.fromEntries(FEATURE.flatMap(({ files }) => Object.entries(files))),
  };
  return [
    ...MAIN.slice(0, FORK_POINT).map((commit) => commitCommand(commit, main)),
    `reset ${feature}\nfrom ${main}\n`,
    ...FEATURE.map((commit) => commitCommand(commit, feature)),
    ...MAIN.slice(FORK_POINT).map((commit) => commitCommand(commit, main)),
    `reset refs/pull/${pull}/head\nfrom ${feature}\n`,
    `reset refs/pull/${pull}/merge\nfrom ${main}\n`,
    commitCommand(merge, `refs/pull/${pull}/merge`, feature),
  ].join('\n');
}

function commitCommand({ author, daysAgo, message, files }: Commit, ref: string, merged?: string): string {
  const seconds = Math.floor(Date.now() / 1000) - daysAgo * 86_400;
  const who = `${author} <${author.toLowerCase()}@example.com> ${seconds} +0000`;
  return [
    `commit ${ref}`,
    `author ${who}`,
    `committer ${who}`,
    data(message),
    ...(merged === undefined ? [] : [`merge ${merged}`]),
    ...Object.entries(files).map(([path, content]) => `M 100644 inline ${path}\n${data(content)}`),
    '',
  ].join('\n');
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}
