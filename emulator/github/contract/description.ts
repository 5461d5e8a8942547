import { readFileSync } from 'node:fs';
import { isObject, type JsonObject } from './json-schema.ts';

/** One operation of GitHub's REST description, as extract.mjs leaves it. */
export interface Operation extends JsonObject {
  readonly parameters?: readonly JsonObject[];
  readonly requestBody?: JsonObject;
  readonly responses: Readonly<Record<string, JsonObject>>;
  readonly 'x-github': { readonly enabledForGitHubApps: boolean };
}

/** The committed extract of GitHub's own description (OpenAPI 3.0). */
export interface Description extends JsonObject {
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly 'x-webhooks': Readonly<Record<string, { readonly post: { readonly requestBody: JsonObject } }>>;
  readonly components: { readonly schemas: JsonObject };
}

const EXTRACT = new URL('./github-openapi.json', import.meta.url);
let loaded: Description | undefined;

/** Reads the extract once per process. */
export function loadDescription(): Description {
  loaded ??= parseDescription(readFileSync(EXTRACT, 'utf8'));
  return loaded;
}

/** The file is ours and made by extract.mjs: its shape is trusted here and nowhere else. */
function parseDescription(text: string): Description {
  return JSON.parse(text);
}

/** Follows `$ref` until something is said; `{}` for a reference to nothing. */
export function resolveRef(description: Description, value: unknown): JsonObject {
  if (!isObject(value)) return {};
  if (typeof value.$ref !== 'string') return value;
  let found: unknown = description;
  for (const step of value.$ref.split('/').slice(1)) found = isObject(found) ? found[step] : undefined;
  return resolveRef(description, found);
}

/** The JSON schema of a request body or a response; undefined when it has none. */
export function jsonSchemaOf(description: Description, holder: unknown): unknown {
  const { content } = resolveRef(description, holder);
  const json = isObject(content) ? content['application/json'] : undefined;
  return isObject(json) ? json.schema : undefined;
}
