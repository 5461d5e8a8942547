import { existsSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { runAction } from '../../../emulator/runner/index.ts';
import { actionFolder, removeActionFolders } from './action-folder.ts';

afterAll(removeActionFolders);

describe('inputs, outputs and contexts', () => {
  const head = `
inputs:
  who: { description: who, default: world }
  token: { description: token, default: '\${{ github.token }}' }
outputs:
  greeting: { description: g, value: '\${{ steps.greet.outputs.greeting }}' }
  nothing: { description: n, value: '\${{ steps.other.outputs.x }}' }`;
  const directory = actionFolder(
    `
    - id: greet
      shell: bash
      env:
        WHO: \${{ inputs.who }}
        ALL: \${{ toJSON(inputs) }}
      run: echo "greeting=Hello $WHO" >> "$GITHUB_OUTPUT"; echo "input=\${INPUT_WHO-none}"; test "$(echo "$ALL" | grep -c '"who"')" = 1`,
    head,
  );

  test('an input reaches a step by env only, and an output comes back', async () => {
    const result = await runAction({ directory, inputs: { Who: 'you' } });
    expect(result).toMatchObject({ conclusion: 'success', outputs: { greeting: 'Hello you', nothing: '' } });
    expect(result.log).toContain('\ninput=none\n');
  });

  test('a default may come from a context, and an unknown input is warned about', async () => {
    const result = await runAction({ directory, inputs: { whom: 'x' }, github: { token: 'ghs_secret' } });
    expect(result.outputs.greeting).toBe('Hello world');
    expect(result.log).toContain("##[warning]Unexpected input(s) 'whom', valid inputs are ['who', 'token']");
    expect(result.log).not.toContain('ghs_secret');
  });

  test('steps see the GitHub and runner variables and nothing of ours but PATH', async () => {
    process.env.LEAKED_FROM_TEST = 'yes';
    const folder = actionFolder(`
    - shell: bash
      env: { GITHUB_REPOSITORY: mine, OWN: 'ref is \${{ github.ref_name }} on \${{ runner.os }}' }
      run: |
        echo "$GITHUB_REPOSITORY|$GITHUB_REF_NAME|$GITHUB_HEAD_REF|$GITHUB_JOB|$OWN|$JOBWIDE|\${LEAKED_FROM_TEST-none}|\${GITHUB_TOKEN-none}"
        node -p 'JSON.parse(require("fs").readFileSync(process.env.GITHUB_EVENT_PATH)).action'
        test -d "$RUNNER_TEMP" && test "$PWD" = "$GITHUB_WORKSPACE" && test -f "$GITHUB_ACTION_PATH/action.yml"`);
    const result = await runAction({
      directory: folder,
      github: {
        repository: 'o/r',
        ref: 'refs/pull/7/merge',
        head_ref: 'topic',
        event: { action: 'opened' },
        token: 't0ken',
      },
      env: { JOBWIDE: 'here' },
    });
    delete process.env.LEAKED_FROM_TEST;
    expect(result.log).toMatch(/\no\/r\|7\/merge\|topic\|build\|ref is 7\/merge on \w+\|here\|none\|none\nopened\n/);
    expect(result.conclusion).toBe('success');
  });

  test.each([
    ['a step without a shell', '    - run: echo', 'shell'],
    ['an unknown function', "    - { shell: bash, run: 'echo', if: 'shout()' }", 'shout'],
    ['an unknown context', "    - { shell: bash, run: 'echo ${{ secrets.X }}' }", 'secrets'],
  ])('%s is refused before anything runs', async (_, steps, word) => {
    await expect(runAction({ directory: actionFolder(steps) })).rejects.toThrow(word);
  });
});

describe('conditions and conclusions', () => {
  test('a failure skips what follows, but not failure() and always()', async () => {
    const directory = actionFolder(`
    - { id: bad, shell: bash, run: exit 3 }
    - { id: next, shell: bash, run: echo next }
    - { id: rescue, shell: bash, if: failure(), run: 'echo was \${{ steps.bad.outcome }}' }
    - { id: late, shell: bash, if: always() && steps.next.outcome == 'skipped', run: echo late }
    - { id: never, shell: bash, if: cancelled(), run: echo never }`);
    const result = await runAction({ directory });
    expect(result.conclusion).toBe('failure');
    expect(result.steps.map((step) => `${step.id} ${step.outcome}`)).toEqual([
      'bad failure',
      'next skipped',
      'rescue success',
      'late success',
      'never skipped',
    ]);
    expect(result.steps[0]).toMatchObject({
      exitCode: 3,
      annotations: [{ message: 'Process completed with exit code 3.' }],
    });
    expect(result.log).toContain('\nwas failure\n');
  });

  test('continue-on-error keeps the outcome and saves the conclusion', async () => {
    const directory = actionFolder(`
    - { id: bad, shell: bash, run: exit 1, continue-on-error: true }
    - { shell: bash, run: 'echo "\${{ steps.bad.outcome }} \${{ steps.bad.conclusion }}"' }`);
    const result = await runAction({ directory });
    expect(result.conclusion).toBe('success');
    expect(result.log).toContain('\nfailure success\n');
  });

  test('bash stops at the first failure, in a pipe too', async () => {
    const directory = actionFolder(`
    - shell: bash
      run: |
        false | cat
        echo unreachable-$((1+1))`);
    const result = await runAction({ directory });
    expect(result.conclusion).toBe('failure');
    expect(result.log).not.toContain('unreachable-2');
  });

  test('a working directory is below the workspace', async () => {
    const directory = actionFolder(`
    - { shell: bash, run: mkdir -p sub/dir }
    - { shell: sh, working-directory: sub/dir, run: basename "$PWD" }`);
    expect((await runAction({ directory })).log).toContain('\ndir\n');
  });

  test('a variable of more than 128 KiB fails the step, as Linux does', async () => {
    const head = 'inputs: { big: { description: big } }';
    const directory = actionFolder(`    - { shell: bash, env: { BIG: '\${{ inputs.big }}' }, run: echo fine }`, head);
    const fits = await runAction({ directory, inputs: { big: 'x'.repeat(131_000) } });
    expect(fits.conclusion).toBe('success');
    const large = await runAction({ directory, inputs: { big: 'x'.repeat(131_072) } });
    expect(large.conclusion).toBe('failure');
    expect(large.steps[0]?.annotations[0]?.message).toMatch(/trying to start process 'bash' .*argument list too long/);
  });
});

describe('what a step leaves behind', () => {
  test('variables and paths reach the steps after it, the summary is joined', async () => {
    const directory = actionFolder(`
    - shell: bash
      run: |
        mkdir bin && printf '#!/bin/sh\\necho tool runs' > bin/tool && chmod +x bin/tool
        echo "$PWD/bin" >> "$GITHUB_PATH"
        printf 'TEXT<<END\\none\\ntwo=2\\nEND\\n' >> "$GITHUB_ENV"
        echo '# One' >> "$GITHUB_STEP_SUMMARY"
    - shell: bash
      run: tool; echo "[$TEXT]"; printf 'two s3cret' >> "$GITHUB_STEP_SUMMARY"`);
    const result = await runAction({ directory, secrets: ['s3cret'] });
    expect(result.log).toContain('\ntool runs\n[one\ntwo=2]\n');
    expect(result.env.TEXT).toBe('one\ntwo=2');
    expect(result.summary).toBe('# One\ntwo ***\n');
  });

  test.each([
    ['echo nonsense', "Invalid format 'nonsense'"],
    ["printf 'a<<EOF\\nb\\n'", "Invalid value. Matching delimiter not found 'EOF'"],
  ])('%s into GITHUB_OUTPUT fails the step', async (command, message) => {
    const directory = actionFolder(`    - shell: bash\n      run: ${command} >> "$GITHUB_OUTPUT"`);
    const [step] = (await runAction({ directory })).steps;
    expect(step?.outcome).toBe('failure');
    expect(step?.annotations.map((annotation) => annotation.message)).toEqual([
      "Unable to process file command 'output' successfully.",
      message,
    ]);
  });

  test('a summary beyond 1 MiB is dropped with an error that fails nothing', async () => {
    const directory = actionFolder(`
    - shell: bash
      run: head -c 1048577 /dev/zero | tr '\\0' x >> "$GITHUB_STEP_SUMMARY"`);
    const result = await runAction({ directory });
    expect(result).toMatchObject({ conclusion: 'success', summary: '' });
    expect(result.steps[0]?.annotations[0]?.message).toMatch(/GITHUB_STEP_SUMMARY upload aborted/);
  });

  test('the temporary folder is gone afterwards', async () => {
    const directory = actionFolder(`    - { id: a, shell: bash, run: 'echo "temp=$RUNNER_TEMP" >> "$GITHUB_OUTPUT"' }`);
    const result = await runAction({ directory });
    expect(existsSync(result.steps[0]?.outputs.temp ?? '/')).toBe(false);
  });
});

describe('actions that steps use', () => {
  const directory = actionFolder(`
    - id: node
      uses: actions/setup-node@v4
      with: { node-version: '\${{ github.run_id }}' }
    - { shell: bash, run: 'echo "got \${{ steps.node.outputs.version }} $EXTRA"' }`);

  test('a stand-in is given what `with` says and its traces are a step’s', async () => {
    const result = await runAction({
      directory,
      github: { run_id: '20' },
      uses: {
        'actions/setup-node': (call) => ({
          outputs: { version: `v${call.with['node-version']}` },
          env: { EXTRA: 'e' },
        }),
      },
    });
    expect(result.log).toContain('\ngot v20 e\n');
  });

  test('without a stand-in the step fails and says what to pass', async () => {
    const result = await runAction({ directory });
    expect(result.conclusion).toBe('failure');
    expect(result.log).toContain('Nothing stands in for uses: actions/setup-node@v4');
  });
});
