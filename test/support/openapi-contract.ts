// Checks traffic against shared/rebyte/openapi.yaml, so that the client, the emulator and the description cannot drift apart.
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

interface Parameter {
  readonly $ref?: string;
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: { readonly type?: string };
}

interface Content {
  readonly content?: Readonly<Record<string, unknown>>;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Content & { readonly $ref?: string }>>;
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly responses: Readonly<Record<string, Content>>;
  };
}

export interface ContractRequest {
  readonly method: string;
  /** The path as sent, percent-encoded, with or without the `/v1` of the base URL and a query string. */
  readonly path: string;
  readonly query?: URLSearchParams | Readonly<Record<string, string>>;
  /** Names in any case. When given, the API key and the content type are checked too. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The parsed value of a JSON body; anything for other media types, whose content is not looked at. */
  readonly body?: unknown;
}

export interface ContractResponse {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly contentType?: string | null;
  /** The parsed value of a JSON body, else anything. */
  readonly body?: unknown;
}

interface Match {
  readonly operation: Operation;
  readonly pointer: string;
  readonly parameters: readonly Parameter[];
}

const KEY_HEADERS = ['api_key', 'api-key', 'x-api-key'];
/** What load balancers in front of the API say in their own words. */
const PROXY_STATUSES = new Set([429, 502, 503, 504]);

const description: Description = parse(
  readFileSync(new URL('../../shared/rebyte/openapi.yaml', import.meta.url), 'utf8'),
);
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(description, 'rebyte');
const validators = new Map<string, ValidateFunction>();

/** What is wrong with a request, one sentence each; empty when it keeps the contract. */
export function request(sent: ContractRequest): string[] {
  const url = new URL(sent.path, 'http://contract');
  const match = findOperation(sent.method, url.pathname);
  if (match === undefined) return [`${sent.method} ${url.pathname}: the API has no such operation`];
  const where = `${match.operation.operationId} request`;
  const query = new URLSearchParams(sent.query ?? url.searchParams);
  return [
    ...queryProblems(where, match, query),
    ...headerProblems(where, sent.headers),
    ...requestBodyProblems(where, match, sent),
  ];
}

/** What is wrong with a response, one sentence each; empty when it keeps the contract. */
export function response(got: ContractResponse): string[] {
  const { pathname } = new URL(got.path, 'http://contract');
  const match = findOperation(got.method, pathname);
  // An unknown path has no contract but that of errors.
  if (match === undefined)
    return got.status === 404 ? schema('Error', got.body) : [`${got.method} ${pathname}: unknown`];
  const where = `${match.operation.operationId} ${got.status} response`;
  const key = String(got.status) in match.operation.responses ? String(got.status) : 'default';
  if (key === 'default' && got.status < 400) return [`${where}: this status is not described`];
  const [pointer, found] = resolveResponse(match, key);
  if (found.content === undefined) return isEmpty(got.body) ? [] : [`${where}: a body where none is described`];
  const type = mediaType(got.contentType);
  if (PROXY_STATUSES.has(got.status) && type !== 'application/json') return [];
  const described = type in found.content ? type : '*/*';
  if (!(described in found.content)) return [`${where}: content type ${type || '(none)'} is not described`];
  if (type !== 'application/json') return [];
  return check(where, `${pointer}/content/${escape(described)}/schema`, got.body);
}

/** What is wrong with a value by the named schema of the description, such as `TaskEvent` or `WebhookPayload`. */
export function schema(name: string, value: unknown): string[] {
  return check(name, `/components/schemas/${name}`, value);
}

function findOperation(method: string, pathname: string): Match | undefined {
  const path = pathname.replace(/^\/v1(?=\/)/, '');
  const segments = path.split('/');
  // Literal segments win over parameters: /webhooks/public_key is not /webhooks/{webhookId}.
  const templates = Object.keys(description.paths)
    .filter((template) => fits(template.split('/'), segments))
    .sort((a, b) => a.split('{').length - b.split('{').length);
  for (const template of templates) {
    const item = description.paths[template];
    const operation = item?.[method.toLowerCase()];
    if (operation !== undefined) {
      const pointer = `/paths/${escape(template)}/${method.toLowerCase()}`;
      return { operation, pointer, parameters: (operation.parameters ?? []).map(resolveParameter) };
    }
  }
  return undefined;
}

function fits(template: readonly string[], segments: readonly string[]): boolean {
  if (template.length !== segments.length) return false;
  return template.every((part, i) => part === segments[i] || (part.startsWith('{') && segments[i] !== ''));
}

function resolveParameter(parameter: Parameter): Parameter {
  const name = parameter.$ref?.split('/').at(-1);
  return name === undefined ? parameter : description.components.parameters[name]!;
}

function resolveResponse(match: Match, key: string): [string, Content] {
  const found = match.operation.responses[key]!;
  const name = found.$ref?.split('/').at(-1);
  if (name === undefined) return [`${match.pointer}/responses/${key}`, found];
  return [`/components/responses/${name}`, description.components.responses[name]!];
}

function queryProblems(where: string, match: Match, query: URLSearchParams): string[] {
  const problems: string[] = [];
  const known = new Map(match.parameters.filter((p) => p.in === 'query').map((p) => [p.name, p]));
  for (const [name, text] of query) {
    const parameter = known.get(name);
    if (parameter === undefined) {
      problems.push(`${where}: unknown query parameter ${name}`);
      continue;
    }
    const value = parameter.schema.type === 'integer' && /^-?\d+$/.test(text) ? Number(text) : text;
    problems.push(...checkSchema(`${where} query ${name}`, parameter.schema, value));
  }
  for (const { name, required } of known.values()) {
    if (required === true && !query.has(name)) problems.push(`${where}: query parameter ${name} is missing`);
  }
  return problems;
}

function headerProblems(where: string, headers: ContractRequest['headers']): string[] {
  if (headers === undefined) return [];
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  return names.some((name) => KEY_HEADERS.includes(name)) ? [] : [`${where}: no API key`];
}

function requestBodyProblems(where: string, match: Match, sent: ContractRequest): string[] {
  const described = match.operation.requestBody;
  if (described?.content === undefined) return isEmpty(sent.body) ? [] : [`${where}: a body where none is described`];
  if (isEmpty(sent.body)) return described.required === true ? [`${where}: the body is missing`] : [];
  const type = sent.headers === undefined ? Object.keys(described.content)[0]! : contentTypeOf(sent.headers);
  if (!(type in described.content)) return [`${where}: content type ${type || '(none)'} is not described`];
  if (type !== 'application/json') return [];
  return check(where, `${match.pointer}/requestBody/content/${escape(type)}/schema`, sent.body);
}

function contentTypeOf(headers: NonNullable<ContractRequest['headers']>): string {
  const value = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  return mediaType(typeof value === 'string' ? value : value?.[0]);
}

function mediaType(header: string | null | undefined): string {
  return (header ?? '').split(';', 1)[0]!.trim().toLowerCase();
}

function isEmpty(body: unknown): boolean {
  return body === undefined || body === null || body === '';
}

function check(where: string, pointer: string, value: unknown): string[] {
  return checkSchema(where, { $ref: `rebyte#${encodeURI(pointer).replaceAll('*', '%2A')}` }, value);
}

function checkSchema(where: string, toCheck: object, value: unknown): string[] {
  const key = JSON.stringify(toCheck);
  const validate = validators.get(key) ?? ajv.compile(absolute(toCheck));
  validators.set(key, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => `${where}: ${error.instancePath || 'body'} ${error.message ?? ''}`);
}

/** A schema lifted out of the description keeps pointing into it. */
function absolute(lifted: object): object {
  return JSON.parse(JSON.stringify(lifted).replaceAll('"$ref":"#/', '"$ref":"rebyte#/'));
}

function escape(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}
