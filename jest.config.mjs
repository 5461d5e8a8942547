import { availableParallelism } from 'node:os';

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
  // No test is judged by its time; a machine that others use as well may need minutes.
  testTimeout: 240_000,
  // Most suites wait for processes and sockets, so that a core has time for more than one of them.
  maxWorkers: availableParallelism() + 1,
  testSequencer: '<rootDir>/scripts/jest-sequencer.mjs',
  coverageProvider: 'v8',
  collectCoverageFrom: ['action/**/*.ts', 'shared/**/*.ts', 'emulator/**/*.ts'],
};
