/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  // Sources import './x.ts'; esbuild strips the types and tsc checks them, so no mapper is needed.
  transform: {
    '^.+\\.ts$': '<rootDir>/scripts/jest-transform.mjs',
    '@actions/workflow-parser/.+-schema\\.js$': '<rootDir>/scripts/jest-json-imports.mjs',
  },
  transformIgnorePatterns: ['/node_modules/(?!@actions/workflow-parser/.+-schema\\.js$)'],
  testTimeout: 60_000,
  // Most suites wait for processes and sockets: one worker per core beats Jest's default of one less.
  maxWorkers: '100%',
  coverageProvider: 'v8',
  collectCoverageFrom: ['action/**/*.ts', 'shared/**/*.ts', 'emulator/**/*.ts'],
};
