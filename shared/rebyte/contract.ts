// The API's shapes by their short names. Generated from openapi.yaml; objects are open, so unknown fields pass through.
import type { components } from './schema.ts';

type Schemas = components['schemas'];

/** What `tasks.create` sends. @see openapi.yaml, CreateTask */
export type NewTask = Schemas['CreateTask'];
export type CreatedTask = Schemas['CreatedTask'];
/** A line of the list: it carries neither status nor prompt text. */
export type TaskSummary = Schemas['TaskSummary'];
/** The task and its prompts, newest first; without any result text. */
export type Task = Schemas['Task'];
export type Prompt = Schemas['Prompt'];
export type NewPrompt = Schemas['CreatePrompt'];
export type CreatedPrompt = Schemas['CreatedPrompt'];
export type CanceledTask = Schemas['CanceledTask'];
export type Visibility = Schemas['Visibility'];
export type TaskVisibility = Schemas['TaskVisibility'];
/** Observed, not documented: be ready to live without it. */
export type TaskContent = Schemas['TaskContent'];
export type FileRef = Schemas['FileRef'];
export type FileTicket = Schemas['FileUpload'];
export type NewAgentComputer = Schemas['CreateAgentComputer'];
export type AgentComputer = Schemas['AgentComputer'];
export type AgentComputerDetail = Schemas['AgentComputerDetail'];
export type Artifact = Schemas['Artifact'];
export type UploadedArtifact = Schemas['UploadedArtifacts']['uploaded'][number];
export type NewWebhook = Schemas['CreateWebhook'];
export type Webhook = Schemas['Webhook'];
/** A delivery's body, verified. Unknown events and statuses pass through. */
export type WebhookPayload = Schemas['WebhookPayload'];

/** What every call takes last. */
export interface CallOptions {
  /** Aborting ends the call at once with an AbortedError. */
  readonly signal?: AbortSignal | undefined;
}
