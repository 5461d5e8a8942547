import { describe, expect, test } from '@jest/globals';
import { DEFAULT_CONFIG } from '../../../shared/domain/config/defaults.ts';
import type { RepositoryConfig } from '../../../shared/model/repository-config.ts';
import { renderHelp } from '../../../shared/render/help.ts';

const CONFIG: RepositoryConfig = {
  ...DEFAULT_CONFIG,
  defaults: { executor: 'codex', skills: ['a', 'b'] },
  permissions: { ask: 'read' },
  allowedTeams: ['acme/core'],
  commands: [{ name: 'changelog', description: 'Writes | it\nfor @acme/core', prompt: 'x', permission: 'admin' }],
  share: false,
};

function row(help: string, command: string): string | undefined {
  return help.split('\n').find((line) => line.startsWith(`| \`/rebyte ${command}`));
}

describe('help', () => {
  const help = renderHelp(CONFIG, { role: 'triage', may: (command) => command === 'ask' });

  test('says of each command who may use it and whether the asker may', () => {
    expect(row(help, 'ask')).toBe(
      '| `/rebyte ask <question>` | Answer without changing anything. | `read` and above | yes |',
    );
    expect(row(help, 'fix')).toMatch(/\| `write` and above \| no \|$/);
    expect(help).toContain('Your role here is `triage`.');
    expect(help).toContain('Members of `acme/core`');
  });

  test("lists the repository's own commands, and nobody is notified by their descriptions", () => {
    const own = row(help, 'changelog');
    expect(own).toContain('Writes \\| it for @&#8203;acme/core');
    expect(own).toMatch(/\| `admin` \| no \|$/);
  });

  test('leaves out what the repository forbids', () => {
    expect(row(help, 'share')).toBeUndefined();
    expect(row(renderHelp(DEFAULT_CONFIG, { role: 'admin', may: () => true }), 'share')).toBeDefined();
  });

  test('says which Agent Computers may be used', () => {
    expect(help).toContain('No Agent Computer may be named here');
    const some = renderHelp({ ...CONFIG, computers: ['big', 'small'] }, { role: 'admin', may: () => true });
    expect(some).toContain('Runs may use the Agent Computers `big`, `small`.');
  });

  test('shows what holds without a flag', () => {
    expect(help).toContain('| `--executor <name>` | Which agent works. | `codex` |');
    expect(help).toContain('| `--skills <a,b>` | Skills that it may use. | `a,b` |');
  });
});
