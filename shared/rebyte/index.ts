// The client's front door. Nothing else in shared/rebyte may be imported from outside.
export { RebyteClient } from './client.ts';
export { DEFAULT_BASE_URL, type ClientOptions, type RequestInfo, type Timeouts } from './options.ts';
export type { RetryPolicy } from './retry.ts';
export type {
  AgentComputer,
  AgentComputerDetail,
  Artifact,
  CallOptions,
  CanceledTask,
  CreatedPrompt,
  CreatedTask,
  FileRef,
  NewAgentComputer,
  NewPrompt,
  NewTask,
  NewWebhook,
  Prompt,
  Task,
  TaskContent,
  TaskSummary,
  TaskVisibility,
  UploadedArtifact,
  Visibility,
  Webhook,
  WebhookPayload,
} from './contract.ts';
export type { Search, SoughtPrompt } from './find-prompt.ts';
export type { FollowOptions } from './follow.ts';
export type { ListOptions } from './pages.ts';
export type { TaskDone, TaskEvent, TaskStreamItem } from './stream-item.ts';
export type { ResultSource, TaskResult, WaitOptions } from './wait.ts';
export type { PathSource, StreamSource, UploadSource } from './upload-source.ts';
export type { DownloadTarget } from './artifacts.ts';
export { plainFileName } from './artifact-name.ts';
export { MAX_FILE_BYTES } from './files.ts';
export { MAX_FILENAME_CHARS, MAX_PROMPT_CHARS } from './validate.ts';
export { finalStatus, type FinalStatus } from './task-status.ts';
export {
  AbortedError,
  ApiError,
  AuthenticationError,
  ConnectionError,
  ForbiddenError,
  InvalidResponseError,
  isTransient,
  mayHaveHappened,
  NotFoundError,
  ProvisioningError,
  RebyteError,
  type Sent,
  TimeoutError,
  UnavailableError,
  ValidationError,
} from './errors.ts';
export { didYouMean, KNOWN_EXECUTORS, KNOWN_MODELS } from './known-models.ts';
export {
  unwrapWebhook,
  type UnwrapOptions,
  type WebhookHeaders,
  type WebhookRefusal,
  WebhookVerificationError,
} from './unwrap-webhook.ts';
