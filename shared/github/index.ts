export { createForge, createSender, type ForgeOptions } from './forge.ts';
export { nextQuery } from './pages.ts';
export type { OctokitLike } from './octokit.ts';
export type { Send } from './send.ts';
export type { WritePace } from './write-pace.ts';
