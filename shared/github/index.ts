export { createForge, type ForgeOptions } from './forge.ts';
export type { OctokitLike } from './octokit.ts';
