import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LAB, LAB_CONFIG } from './lab.ts';
import { pathOf, taskIn, type Place, type Repository } from './places.ts';
import { OWN_PULL } from './seed.ts';
import { World } from './world.ts';

const STRICT = { owner: 'acme', repo: 'strict' };

let world: World;

beforeAll(async () => {
  world = await World.start({ lab: LAB_CONFIG, strict: `on-moved-head: refuse\n${LAB_CONFIG}` });
}, 60_000);

afterAll(async () => {
  await world.stop();
});

/** Pushes to the branch of the repository's own pull request. @returns the new head */
async function push(repository: Repository, text: string): Promise<string> {
  const path = `${pathOf(repository)}/contents/count.js`;
  const known: { sha?: string } = await world.call('GET', `${path}?ref=feature`).catch(() => ({}));
  const content = Buffer.from(text).toString('base64');
  const body = { branch: 'feature', message: text, content, ...(known.sha !== undefined && { sha: known.sha }) };
  return (await world.call('PUT', path, { body })).commit.sha;
}

/** Gives a command while the one before it is at work, and has the head moved before that ends. */
async function askedBeforeThePush(repository: Repository, command: string): Promise<{ place: Place; head: string }> {
  const place = { ...repository, number: OWN_PULL };
  await world.comment(place, `/rebyte look\ndemo: wait ${repository.repo}`);
  await world.untilSaid(place, /working on it/);
  await world.comment(place, command);
  await world.untilSaid(place, /when the run before it in this thread has ended/);
  const head = await push(repository, `// ${command}`);
  world.go(repository.repo);
  return { place, head };
}

describe('a head that moved between the command and the task', () => {
  test('is said in the report, and the prompt names the commit that was asked about', async () => {
    const { place, head } = await askedBeforeThePush(LAB, '/rebyte review\ndemo: result Reviewed.');
    const shown = await world.untilSaid(place, /✅ Done\s+Reviewed\./);
    const asked = world.commits.feature;
    expect(shown.body).toContain(`head had moved to ${head}; this was asked for at ${asked}`);
    expect(shown.body).toContain(`| Commit | \`${asked}\` |`);
    const prompt = (await world.task(taskIn(shown))).prompts.at(-1)?.userPrompt;
    expect(prompt).toContain(`The command was given for the commit ${asked}`);
  });

  test('keeps a fix from starting where the configuration says so, until the command is given again', async () => {
    const { place, head } = await askedBeforeThePush(STRICT, '/rebyte fix\ndemo: result Fixed.');
    const { body } = await world.untilSaid(place, /### ⛔ Not started/);
    for (const words of [`from ${world.commits.feature} to ${head}`, '`on-moved-head: refuse`', '`head_moved`'])
      expect(body).toContain(words);
    await world.comment(place, '/rebyte retry');
    const again = await world.untilSaid(place, /✅ Done\s+Fixed\./);
    expect(again.body).toContain(`| Commit | \`${head}\` |`);
  });
});

test('the receipt holds the hash of what GitHub has as the command, as anybody can compute it', async () => {
  const place = await world.openIssue(LAB);
  const { id } = await world.comment(place, 'I saw it.\r\n\r\n/rebyte größer 😀\r\ndemo: result Hashed.\r\n');
  const { body } = await world.untilSaid(place, /✅ Done\s+Hashed\./);
  const comment: { body: string } = await world.call('GET', `${pathOf(LAB)}/issues/comments/${id}`);
  const hash = createHash('sha256').update(comment.body).digest('hex');
  expect(body).toContain(`| Command | SHA-256 \`${hash.slice(0, 12)}\` |`);
});

test('a prompt names the role of each author, and the commit to check out', async () => {
  const { number } = await world.call('POST', `${pathOf(LAB)}/pulls`, {
    body: { title: 'Count backwards', body: 'Why not?', head: 'main', base: 'feature' },
  });
  const place = { ...LAB, number };
  await world.comment(place, 'I would not.', 'bob');
  await world.comment(place, '/rebyte look\ndemo: result Seen.');
  const shown = await world.untilSaid(place, /✅ Done\s+Seen\./);
  const prompt = (await world.task(taskIn(shown))).prompts.at(-1)?.userPrompt ?? '';
  expect(prompt).toMatch(/title="Comment [^"]*" author="bob" permission="read" trusted="no"/);
  for (const title of ['Title and description', 'Changed files'])
    expect(prompt).toContain(`title="${title}" author="alice" permission="write" trusted="no"`);
  const { head } = await world.call('GET', `${pathOf(LAB)}/pulls/${number}`);
  expect(prompt).toContain(`git checkout --detach ${head.sha}`);
});

test('GitHub finds nothing wrong with any request, and no job was given up', async () => {
  await world.quiet();
  expect(world.github.violations).toEqual([]);
  expect(await world.deadJobs()).toBe(0);
});
