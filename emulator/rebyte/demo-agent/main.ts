// The demo agent: a process of its own that reads a prompt from stdin and prints events as JSON lines. It is no model
// and says so: it surveys the checkout, applies a git bundle if one came along, and obeys directives.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { arrive } from './arrive.ts';
import { directivesIn, obey, type Orders } from './directives.ts';
import { emit, tool } from './emit.ts';
import { gitIfItWorks } from './git.ts';
import { renderCsv, renderReport } from './report.ts';
import { surveyFolder } from './survey.ts';

async function main(): Promise<void> {
  const prompt = await text(process.stdin);
  const folder = process.cwd();
  await emit('init', { cwd: folder, agent: 'demo', model: null });
  const arrival = await arrive(process.env['REBYTE_CODE_DIR'] ?? folder, folder, prompt);

  const orders: Orders = {};
  for (const directive of directivesIn(prompt)) await obey(directive, orders);
  if (orders.exitCode !== undefined) {
    process.exitCode = orders.exitCode;
    return;
  }
  if (orders.failure !== undefined) return fail(orders.failure);
  if (orders.result !== undefined) return emit('result', { result: orders.result });

  await emit('thinking', { content: 'No model is thinking here; looking at the files.' });
  const survey = await tool(
    { name: 'Survey', input: { folder } },
    () => surveyFolder(folder),
    ({ files, notes, broken }) => `${files.length} files, ${notes.length} notes, ${broken.length} broken`,
  );
  const head = await gitIfItWorks(folder, ['log', '-1', '--format=%H %s']);
  const report = renderReport(survey, { head, arrival });
  await writeArtifact('survey.csv', renderCsv(survey));
  await emit('text', { content: report });
  await emit('result', { result: report });
}

async function writeArtifact(name: string, content: string): Promise<void> {
  const folder = process.env['REBYTE_ARTIFACTS_DIR'];
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), content);
}

async function fail(reason: string): Promise<void> {
  process.exitCode = 1;
  await emit('result', { result: reason }, { failed: true });
}

try {
  await main();
} catch (error) {
  await fail(error instanceof Error ? error.message : String(error));
}
