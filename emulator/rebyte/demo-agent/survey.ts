import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join, relative } from 'node:path';
import { gitIfItWorks } from './git.ts';

const MAX_FILES = 20_000;
const MAX_READ_BYTES = 1_000_000;
const MAX_NOTES = 1_000;

export interface SurveyedFile {
  readonly path: string;
  readonly bytes: number;
  /** 0 for binary files and for those above 1 MB. */
  readonly lines: number;
  readonly language: string;
}

export interface Note {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

export interface Survey {
  readonly files: readonly SurveyedFile[];
  /** TODO and FIXME. */
  readonly notes: readonly Note[];
  /** JSON and YAML files that do not parse. */
  readonly broken: readonly { readonly path: string; readonly reason: string }[];
  /** Sections the README lacks; undefined when there is no README. */
  readonly missingSections: readonly string[] | undefined;
}

const LANGUAGES: Readonly<Record<string, string>> = {
  '.c': 'C', '.h': 'C', '.cc': 'C++', '.cpp': 'C++', '.cs': 'C#', '.css': 'CSS', '.go': 'Go', '.html': 'HTML', '.java': 'Java',
  '.js': 'JavaScript', '.mjs': 'JavaScript', '.cjs': 'JavaScript', '.jsx': 'JavaScript', '.json': 'JSON', '.kt': 'Kotlin',
  '.md': 'Markdown', '.php': 'PHP', '.py': 'Python', '.rb': 'Ruby', '.rs': 'Rust', '.scss': 'CSS', '.sh': 'Shell', '.sql': 'SQL',
  '.swift': 'Swift', '.toml': 'TOML', '.ts': 'TypeScript', '.tsx': 'TypeScript', '.vue': 'Vue', '.yaml': 'YAML', '.yml': 'YAML',
}; // prettier-ignore

const README_SECTIONS: Readonly<Record<string, RegExp>> = {
  Installation: /^#+ .*(install|set ?up|getting started|quick ?start)/im,
  Usage: /^#+ .*(usage|use|example|quick ?start|getting started)/im,
  Contributing: /^#+ .*(contribut|develop)/im,
  License: /^#+ .*licen[cs]e/im,
};

/** Reads the folder: what git tracks or would, or everything when it is no repository. */
export async function surveyFolder(folder: string): Promise<Survey> {
  const files: SurveyedFile[] = [];
  const notes: Note[] = [];
  const broken: { path: string; reason: string }[] = [];
  let readme: string | undefined;
  for (const path of (await listFiles(folder)).slice(0, MAX_FILES)) {
    const { bytes, text } = await load(join(folder, path));
    if (bytes === undefined) continue;
    const lines = text === undefined || text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
    files.push({ path, bytes, lines, language: LANGUAGES[extname(path).toLowerCase()] ?? 'Other' });
    if (text === undefined) continue;
    if (notes.length < MAX_NOTES) notes.push(...notesIn(path, text));
    const reason = await whyBroken(path, text);
    if (reason !== undefined) broken.push({ path, reason });
    if (/^readme(\.\w+)?$/i.test(path)) readme = text;
  }
  return { files, notes, broken, missingSections: readme === undefined ? undefined : missingIn(readme) };
}

async function listFiles(folder: string): Promise<string[]> {
  const tracked = await gitIfItWorks(folder, ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  // A conflict lists its file once for each side.
  if (tracked !== undefined) return [...new Set(tracked.split('\0'))].filter(Boolean);
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !/(^|[/\\])(node_modules|\.git)[/\\]/.test(path));
}

/** Size, and the text of what is small enough and not binary. A link that leads nowhere has neither. */
async function load(path: string): Promise<{ readonly bytes?: number; readonly text?: string }> {
  const info = await stat(path).catch(() => undefined);
  if (!info?.isFile()) return {};
  if (info.size > MAX_READ_BYTES) return { bytes: info.size };
  const content = await readFile(path);
  return content.includes(0) ? { bytes: info.size } : { bytes: info.size, text: content.toString('utf8') };
}

function notesIn(path: string, text: string): Note[] {
  return text.split('\n').flatMap((line, index) => {
    const found = /\b(TODO|FIXME)\b.*?(?=\s*(?:\*\/|-->)?\s*$)/.exec(line);
    return found ? [{ path, line: index + 1, text: found[0].trim().slice(0, 200) }] : [];
  });
}

async function whyBroken(path: string, text: string): Promise<string | undefined> {
  try {
    if (/\.json$/i.test(path) && !allowsComments(path)) JSON.parse(text);
    if (/\.ya?ml$/i.test(path)) {
      const { parseAllDocuments } = await import('yaml');
      const [error] = [...parseAllDocuments(text)].flatMap((document) => document.errors);
      if (error) throw error;
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
  }
}

/** Their programs read them with comments, so a strict parser would be wrong about them. */
function allowsComments(path: string): boolean {
  return (
    /^(tsconfig|jsconfig)\b|^\.(eslintrc|oxlintrc|swcrc)\b|^devcontainer\b/.test(basename(path)) ||
    /(^|\/)\.vscode\//.test(path)
  );
}

function missingIn(readme: string): string[] {
  return Object.entries(README_SECTIONS)
    .filter(([, heading]) => !heading.test(readme))
    .map(([name]) => name);
}
