import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { parse } from 'yaml';
import { filesBelow, root, type Step } from './workflow-files.ts';

/** YAML that a document shows, to be copied. */
export interface Fence {
  /** `file:line` of where it begins. */
  readonly place: string;
  readonly text: string;
}

/** All YAML in the documents that people read: at the root, in docs, .github and beside the code. */
export function yamlFences(): Fence[] {
  const folders = ['docs', '.github', 'emulator', 'bench', 'demo', 'examples'];
  const nested = folders.flatMap((folder) => filesBelow(folder, /\.md$/));
  const atRoot = filesBelow('.', /^[^/\\]+\.md$/);
  return [...atRoot, ...nested].flatMap((file) => fencesIn(readFileSync(join(root, file), 'utf8'), file));
}

/** The YAML of one document. */
export function fencesIn(markdown: string, file: string): Fence[] {
  return codeBlocks(fromMarkdown(markdown))
    .filter(({ lang }) => /^ya?ml$/i.test(lang))
    .map(({ line, text }) => ({ place: `${file}:${line}`, text }));
}

function codeBlocks(node: Nodes): { lang: string; line: number; text: string }[] {
  if (node.type === 'code') return [{ lang: node.lang ?? '', line: node.position?.start.line ?? 0, text: node.value }];
  return 'children' in node ? node.children.flatMap(codeBlocks) : [];
}

/** Everything in a fence that has a script, whole workflow or a few steps. @throws where it is no YAML */
export function scriptsIn({ text }: Fence): Step[] {
  return scriptsBelow(parse(text));
}

function scriptsBelow(value: unknown): Step[] {
  if (typeof value !== 'object' || value === null) return [];
  const run: unknown = 'run' in value ? value.run : undefined;
  return [...(typeof run === 'string' ? [{ run }] : []), ...Object.values(value).flatMap(scriptsBelow)];
}

/** Whether a fence is a workflow, not a part of one and nothing else. */
export function isWholeWorkflow({ text }: Fence): boolean {
  const value: unknown = parse(text);
  return typeof value === 'object' && value !== null && 'on' in value && 'jobs' in value;
}
