/** A repository of acme's with a configuration, and room for many runs. */
export const LAB = { owner: 'acme', repo: 'lab' };

export const LAB_CONFIG = `
permissions:
  help: read
commands:
  changelog:
    description: Writes the changelog.
    prompt: |
      Write the changelog of {{ input }}.
      demo: result Changed.
labels:
  needs-survey:
    prompt: |
      Survey it.
      demo: result Surveyed.
computers: [workbench]
cancel-on-close: true
allowed-bots: ['dependabot[bot]']
budgets: { runs-per-hour: 1000, runs-per-hour-and-user: 1000 }
`;
