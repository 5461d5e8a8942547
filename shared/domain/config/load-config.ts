import type { ConfigProblem, LoadedConfig } from '../../model/repository-config.ts';
import type { RepositoryName } from '../../model/thread.ts';
import type { RepositoryPort } from '../../ports/forge.ts';
import type { NoteStore } from '../../ports/store.ts';
import { checkConfig } from './check-config.ts';
import { completeConfig, mergeFiles } from './complete-config.ts';
import { DEFAULT_CONFIG } from './defaults.ts';
import type { ConfigFile } from './file-schema.ts';
import { parseConfig, placed, type ParsedConfig } from './parse-config.ts';
import { readCached, type ReadFile } from './read-cached.ts';

/** The one place, on the default branch. */
export const CONFIG_PATH = '.github/rebyte.yml';

/** Files that one config may be made of, itself included. */
const MAX_CHAIN = 5;

export interface ConfigSources {
  readonly forge: Pick<RepositoryPort, 'readFile'>;
  readonly notes: Pick<NoteStore, 'read' | 'write'>;
  readonly repository: RepositoryName;
}

/**
 * The config of a repository: its `.github/rebyte.yml` on the default branch over those it extends, validated, with
 * every default filled in. No file is a valid config. A file that cannot be used, or that extends one which cannot, is
 * `broken`, and names the file to mend. Every load asks GitHub whether the files changed, so none is ever stale.
 *
 * @throws ForgeError when GitHub does not answer.
 */
export async function loadConfig(sources: ConfigSources): Promise<LoadedConfig> {
  const chain: Link[] = [];
  for (let next: RepositoryName | undefined = sources.repository; next !== undefined;) {
    const link = await readLink(sources, next, chain);
    if (link === undefined) return { kind: 'valid', config: DEFAULT_CONFIG };
    if (link.kind === 'broken') return link;
    chain.push(link);
    next = link.extends;
  }
  return joined(chain, sources.repository);
}

interface Link {
  readonly kind: 'link';
  readonly repository: RepositoryName;
  readonly source: ReadFile;
  readonly parsed: ParsedConfig & { readonly kind: 'parsed' };
  readonly extends: RepositoryName | undefined;
}

type Broken = LoadedConfig & { readonly kind: 'broken' };

/** Undefined when the repository has no file and nobody extends it. */
async function readLink(
  sources: ConfigSources,
  repository: RepositoryName,
  chain: readonly Link[],
): Promise<Link | Broken | undefined> {
  const source = await readCached(sources, repository, CONFIG_PATH);
  const from = chain.at(-1);
  if (source === undefined) {
    if (from === undefined) return undefined;
    const problem = `\`_extends\`: ${nameOf(repository)} has no \`${CONFIG_PATH}\` that this App may read. Add it, or install the App there.`;
    return broken(sources, from, [placed(from.parsed.lineOf(['_extends']), problem)]);
  }
  const parsed = parseConfig(source.text);
  if (parsed.kind === 'broken') return broken(sources, { repository, source }, parsed.problems);
  const link = { kind: 'link', repository, source, parsed } as const;
  const base = baseOf(parsed.file, [...chain.map((each) => each.repository), repository]);
  if (typeof base !== 'string') return { ...link, extends: base };
  return broken(sources, link, [placed(parsed.lineOf(['_extends']), `\`_extends\`: ${base}`)]);
}

/** The repository that a file extends; a text says why it may not. Only the same owner's: nobody else writes our rules. */
function baseOf(file: ConfigFile, chain: readonly RepositoryName[]): RepositoryName | string | undefined {
  const { _extends: written } = file;
  const self = chain.at(-1);
  if (written === undefined || self === undefined) return undefined;
  const [repo = '', owner = self.owner] = written.split('/').toReversed();
  if (!sameName(owner, self.owner))
    return `\`${written}\` belongs to another owner. Only repositories of \`${self.owner}\` can be extended; copy the file to one of them.`;
  const names = [...chain, { owner: self.owner, repo }];
  if (chain.some((each) => sameName(each.repo, repo)))
    return `the files extend each other in a circle: ${names.map(nameOf).join(' → ')}. Remove one \`_extends\`.`;
  if (names.length > MAX_CHAIN) return `more than ${MAX_CHAIN} files extend one another. Shorten the chain.`;
  return { owner: self.owner, repo };
}

function joined(chain: readonly Link[], repository: RepositoryName): LoadedConfig {
  const [own] = chain;
  if (own === undefined) return { kind: 'valid', config: DEFAULT_CONFIG };
  const file = chain.reduceRight((base: ConfigFile, { parsed }) => mergeFiles(base, parsed.file), {});
  const config = completeConfig(file);
  const problems = checkConfig(config);
  if (problems.length === 0) return { kind: 'valid', config };
  return broken(
    { repository },
    own,
    problems.map(({ path, message }) => placed(own.parsed.lineOf(path), message)),
  );
}

/** Named by its repository unless it is the asker's own. */
function broken(
  sources: Pick<ConfigSources, 'repository'>,
  at: Pick<Link, 'repository' | 'source'>,
  problems: readonly ConfigProblem[],
): Broken {
  const own = nameOf(at.repository) === nameOf(sources.repository);
  const path = own ? CONFIG_PATH : `${at.repository.owner}/${at.repository.repo}/${CONFIG_PATH}`;
  return { kind: 'broken', path, url: at.source.url, problems };
}

function nameOf({ owner, repo }: RepositoryName): string {
  return `\`${owner}/${repo}\``;
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
