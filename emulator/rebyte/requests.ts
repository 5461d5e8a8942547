// Request bodies as the OpenAPI description has them; contract.ts checks that a body is what it says here.
import type { Visibility } from './records.ts';

export interface FileRef {
  readonly id: string;
  readonly filename: string;
}

export interface CreateTaskBody {
  readonly prompt: string;
  readonly executor?: string;
  readonly model?: string;
  readonly workspaceId?: string;
  readonly files?: readonly FileRef[];
  readonly skills?: readonly string[];
  readonly githubUrl?: string;
  readonly branchName?: string;
}

export interface CreatePromptBody {
  readonly prompt: string;
  readonly skills?: readonly string[];
  readonly files?: readonly FileRef[];
}

export interface VisibilityBody {
  readonly visibility: Visibility;
}

export interface CreateFileBody {
  readonly filename: string;
  readonly contentType?: string;
}

export interface CreateAgentComputerBody {
  readonly name?: string;
  readonly icon?: string;
}

export interface ArtifactUploadUrlsBody {
  readonly files: readonly { readonly name: string; readonly contentType?: string }[];
}

export interface CreateWebhookBody {
  readonly url: string;
  readonly events: readonly string[];
  readonly description?: string;
  readonly secret?: string;
}
