import { describe, expect, test } from '@jest/globals';
import { REASONS, type ReasonCode } from '../../../shared/model/reason.ts';
import { RUN_STATUSES } from '../../../shared/model/run.ts';
import { renderCheck, renderComment, renderIssue, renderSummary } from '../../../shared/render/report.ts';
import { bareReport, MARKER, report } from './reports.ts';
import { toHtml } from './visible-text.ts';

const comment = (over: Parameters<typeof report>[0], limit?: number) =>
  renderComment(report(over), limit === undefined ? { marker: MARKER } : { marker: MARKER, limit });

describe('a comment', () => {
  test('shows result, artifacts, links, figures and the receipt', () => {
    const artifacts = [
      { name: 'report.csv', size: 1512 },
      { name: 'a|b`c.pdf', size: 48_000_000 },
    ];
    expect(comment({ artifacts, shareUrl: 'https://app.rebyte.ai/share/task_1' })).toMatchInlineSnapshot(`
     "### ✅ Done

     The build works again: \`npm test\` is green.

     | Artifact | Size |
     | :-- | --: |
     | \`report.csv\` | 1.5 KB |
     | \`\`a\\|b\`c.pdf\`\` | 48 MB |

     [Open the task](https://app.rebyte.ai/run/task_1) · [Shared link](https://app.rebyte.ai/share/task_1) · \`claude\` / \`claude-sonnet-4.6\` · 2 min 5 s

     <details><summary>Receipt</summary>

     | | |
     | :-- | :-- |
     | Asked by | \`octocat\` (\`write\`) |
     | Event | \`pull_request\` |
     | Repository | \`acme/app\` |
     | Branch | \`main\` |
     | Commit | \`0123456789abcdef\` |
     | Task | \`task_1\` |
     | Workflow run | [log](https://github.com/acme/app/actions/runs/7) |
     | Reason code | \`completed\` |

     - Removed from the context: 2 HTML comments.

     </details>

     <!-- rebyte:1:marker -->
     "
    `);
  });

  test('links the task while it runs', () => {
    const running = bareReport({ status: 'running', taskUrl: 'https://app.rebyte.ai/run/task_1' });
    expect(renderComment(running, { marker: MARKER })).toMatch(
      /^### \[⚙️ Rebyte is working on it\]\(https:\/\/app\.rebyte\.ai\/run\/task_1\)\n/u,
    );
  });

  test('is short while the run is queued', () => {
    expect(renderComment(bareReport(), { marker: MARKER })).toMatch(/^### ⏳ Rebyte is getting ready\n\n<details>/);
  });

  test('says what went wrong and what to do next', () => {
    const text = comment({
      status: 'refused',
      reason: 'rejected',
      message: 'branchName: no branch `x` @octocat',
      result: '',
    });
    expect(text).toMatch(
      /^### ⛔ Not started\n\nbranchName: no branch `x` @&#8203;octocat\n\n\*\*Next:\*\* Mend the field/,
    );
  });

  test('has nothing to do, and does not show the marker for it', () => {
    const text = comment({ reason: 'nothing_to_do', result: 'All is up to date.\n\nNOTHING_TO_DO\n' });
    expect(text).toMatch(/^### ✅ Nothing to do\n\nAll is up to date\.\n\n/);
    expect(text).not.toContain('NOTHING_TO_DO');
  });

  test.each(Object.keys(REASONS).filter((key): key is ReasonCode => key in REASONS))('for %s names it', (reason) => {
    const text = renderComment(bareReport({ status: REASONS[reason].status, reason }), { marker: MARKER });
    expect(text).toContain(`| Reason code | \`${reason}\` |`);
    if (!['completed', 'nothing_to_do'].includes(reason)) expect(text).toContain(REASONS[reason].meaning);
    expect(text).toContain(REASONS[reason].remedy);
  });

  test.each([...RUN_STATUSES, 'queued' as const])('has words for %s', (status) => {
    expect(renderComment(bareReport({ status }), { marker: MARKER })).toMatch(/^### (\[)?\S+ [A-Z]/u);
  });

  test('lets no value of the receipt or the artifacts act', () => {
    const evil = '@octocat `x` | <img src=x> Fixes #1\n/rebyte x';
    const text = comment({
      executor: evil,
      taskId: evil,
      taskUrl: 'javascript:alert(1)',
      artifacts: [{ name: evil, size: 1 }],
      receipt: { actor: evil, event: evil, repository: evil, branch: evil, notes: [evil] },
    });
    const prose = toHtml(text).replace(/<code>[\s\S]*?<\/code>/g, '');
    expect(prose).not.toMatch(/@octocat|<img|javascript:|Fixes #1|^\/rebyte/m);
    expect(text.trimEnd().endsWith(MARKER)).toBe(true);
  });
});

const LIVE = '@octocat ![x](https://e.example/?k=s)';

describe('what was code by its indentation', () => {
  test.each([
    ['behind a comment in a result', { result: `<!-- x -->\n\n    ${LIVE}` }],
    ['behind a comment and a tab in a result', { result: `<!-- x -->\n\n\t${LIVE}` }],
    ['behind a comment in a message', { message: `<!-- x -->\n\n    ${LIVE}`, result: '' }],
    ['at the start of a message', { message: `    ${LIVE}`, result: '' }],
    [
      'behind comments in a note',
      { receipt: { actor: 'a', event: 'b', repository: 'c/d', notes: [`${'<!-- --> '.repeat(5)}${LIVE}`] } },
    ],
  ])('%s does not come alive', (_name, over) => {
    const whole = report({ reason: 'task_failed', status: 'failed', ...over });
    const texts = [
      renderComment(whole, { marker: MARKER }),
      renderIssue(report(over), { marker: MARKER }),
      renderSummary(whole),
      renderCheck(whole).summary,
    ];
    for (const text of texts) {
      const prose = toHtml(text).replace(/<code>[\s\S]*?<\/code>/g, '');
      expect(prose).not.toMatch(/@octocat|<img/);
    }
  });

  test('begins no report behind a byte order mark that GitHub takes away', () => {
    const fence = '`'.repeat(3);
    const result = `<!-- x -->\n\uFEFF${fence}\na\n${fence}\n${LIVE}`;
    const text = renderIssue(report({ result }), { marker: MARKER });
    expect(text).not.toContain('\uFEFF');
    expect(toHtml(text)).not.toMatch(/@octocat|<img/);
  });
});

describe('at the limit', () => {
  const long = 'A paragraph that mentions @octocat and says some things.\n\n'.repeat(1500);

  const shortened = '_The result is longer than fits here._ [Read all of it in the task.]';

  test.each([
    ['a comment', () => comment({ result: long }), 65_536],
    ['a comment of one word', () => comment({ result: 'x'.repeat(70_000) }), 65_536],
    ['a comment of code', () => comment({ result: `\`\`\`js\n${'code @x\n'.repeat(9_000)}` }), 65_536],
    ['a comment that grows when made inert', () => comment({ result: '@a '.repeat(5_000) }, 8_000), 8_000],
    ['an issue', () => renderIssue(report({ result: long }), { marker: MARKER, limit: 9_000 }), 9_000],
    ['a check', () => renderCheck(report({ result: long })).summary, 65_535],
  ])('%s fits, is nearly full, and says where the rest is', (_name, render, limit) => {
    const text = render();
    expect(text.length).toBeLessThanOrEqual(limit);
    expect(text.length).toBeGreaterThan(limit * 0.5);
    expect(text).toContain(shortened);
    expect(text).toContain('<details><summary>Receipt</summary>');
  });

  test('a summary is measured in bytes', () => {
    const text = renderSummary(report({ result: '日本語 '.repeat(10_000) }), { limit: 50_000 });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(50_000);
    expect(Buffer.byteLength(text)).toBeGreaterThan(40_000);
  });

  test('more artifacts than anybody reads are counted', () => {
    const artifacts = Array.from({ length: 60 }, (_, index) => ({ name: `${index}.csv`, size: index }));
    expect(comment({ artifacts })).toContain('| … and 10 more | |');
  });
});

test('a summary starts with the ending', () => {
  expect(renderSummary(report())).toMatch(/^## Rebyte: ✅ Done\n\nThe build works again/);
});

test('a check has a title in plain words', () => {
  expect(renderCheck(report()).title).toBe('✅ Done · 2 min 5 s');
});

test('an issue is its result, and says how the run went only when it went wrong', () => {
  expect(renderIssue(report(), { marker: MARKER })).toMatch(/^The build works again/);
  expect(renderIssue(report({ status: 'failed', reason: 'task_failed' }), { marker: MARKER })).toMatch(
    /^### ❌ Failed/,
  );
});
