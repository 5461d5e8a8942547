// The layers of house style, as rules. Each says why; test/architecture/layers.test.ts plants one violation per rule.
const OURS = '^(action|app|shared|emulator|demo|bench)/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'A circle has no bottom: nothing in it can be read, tested or moved alone.',
      severity: 'error',
      from: { path: OURS },
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file nothing imports and that starts nothing is dead.',
      severity: 'error',
      from: {
        orphan: true,
        path: OURS,
        pathNot: ['/(index|main|cleanup)\\.ts$', '\\.d\\.ts$', '^(demo|bench)/', '^shared/model/'],
      },
      to: {},
    },
    {
      name: 'edges-are-strangers',
      comment: 'The Action and the App meet only in shared/; else a change in one breaks the other.',
      severity: 'error',
      from: { path: '^(action|app)/' },
      to: { path: '^(action|app)/', pathNot: '^$1/' },
    },
    {
      name: 'shared-knows-no-edge',
      comment: 'shared/ serves both edges, so it can know neither of them nor the emulator.',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(action|app|emulator|demo|bench|test)/' },
    },
    {
      name: 'model-imports-nothing',
      comment: 'The words are the ground floor.',
      severity: 'error',
      from: { path: '^shared/model/' },
      to: { path: OURS, pathNot: '^shared/model/' },
    },
    {
      name: 'ports-import-the-model',
      comment: 'A port is described in the words of the model and nothing else.',
      severity: 'error',
      from: { path: '^shared/ports/' },
      to: { path: OURS, pathNot: '^shared/(model|ports)/' },
    },
    {
      name: 'domain-awaits-ports',
      comment: "Rules and use-cases await ports; which server stands behind one is the edge's choice.",
      severity: 'error',
      from: { path: '^shared/domain/' },
      to: { path: OURS, pathNot: '^shared/(domain|model|ports|prompt|render)/' },
    },
    {
      name: 'leaves-import-the-model',
      comment: 'Prompt and render are pure leaves: words in, text out.',
      severity: 'error',
      from: { path: '^shared/(prompt|render)/' },
      to: { path: OURS, pathNot: ['^shared/model/', '^shared/$1/'] },
    },
    {
      name: 'client-stands-alone',
      comment: 'The API client could be published tomorrow.',
      severity: 'error',
      from: { path: '^shared/rebyte/' },
      to: { path: OURS, pathNot: '^shared/rebyte/' },
    },
    {
      name: 'client-by-its-front-door',
      comment: "Deep imports freeze the client's inside.",
      severity: 'error',
      from: { path: OURS, pathNot: '^shared/rebyte/' },
      to: { path: '^shared/rebyte/', pathNot: '^shared/rebyte/index\\.ts$' },
    },
    {
      name: 'github-behind-the-port',
      comment: 'shared/github implements the forge port; it knows the model and nothing of Rebyte.',
      severity: 'error',
      from: { path: '^shared/github/' },
      to: { path: OURS, pathNot: '^shared/(github|ports|model)/' },
    },
    {
      name: 'emulator-shares-nothing',
      comment: 'A mistake in the client must show against the emulator, so they share only the OpenAPI file.',
      severity: 'error',
      from: { path: '^emulator/' },
      to: { path: OURS, pathNot: '^emulator/' },
    },
    {
      name: 'undici-in-one-file',
      comment: 'undici stands behind one interface, and nothing that loads before the first request waits for it.',
      severity: 'error',
      from: { path: '^(action|app|shared)/', pathNot: '^shared/rebyte/undici-engine\\.ts$' },
      to: { path: 'node_modules/undici/' },
    },
    {
      name: 'octokit-in-its-room',
      comment: 'GitHub is reached through the forge port; only its adapter and the edges know Octokit.',
      severity: 'error',
      from: { path: '^(shared|emulator|demo)/', pathNot: '^(shared|emulator)/github/' },
      to: { path: 'node_modules/(@octokit|@actions/github|probot)' },
    },
    {
      name: 'production-imports-no-test',
      comment: 'What ships cannot depend on what proves it.',
      severity: 'error',
      from: { path: '^(action|app|shared|emulator|demo)/' },
      to: { path: '^(test|bench)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
