import { Ajv, type ValidateFunction } from 'ajv';
import * as formats from 'ajv-formats';
import { jsonSchemaOf, loadDescription, resolveRef, type Description, type Operation } from './description.ts';
import { isObject, toJsonSchema, type JsonObject } from './json-schema.ts';
import { brokenRules } from './rules.ts';

export interface ApiRequest {
  readonly method: string;
  /** Path below the API's root, still percent-encoded, without the query. */
  readonly path: string;
  readonly query?: string;
  readonly body?: unknown;
  /** Sent with an installation's token: some operations are closed to those. */
  readonly byInstallation?: boolean;
}

export interface CheckedRequest {
  /** e.g. `POST /repos/{owner}/{repo}/issues`; undefined when GitHub (or our extract) has no such operation. */
  readonly operation?: string;
  /** What GitHub answers with 422. */
  readonly refused: readonly string[];
  /** Everything else that is wrong: what GitHub ignores without a word, or answers with 404. */
  readonly wrong: readonly string[];
}

/** GitHub's REST description as a judge of requests, responses and webhook payloads. */
export interface Contract {
  request(request: ApiRequest): CheckedRequest;
  /** Deviations of a JSON response from the description; empty when it says nothing about this status. */
  response(response: { operation: string; status: number; body: unknown }): readonly string[];
  /** @param name e.g. `issue-comment-created` */
  webhook(name: string, payload: unknown): readonly string[];
}

interface Route {
  readonly template: string;
  readonly pattern: RegExp;
  readonly verbs: Readonly<Record<string, Operation>>;
}

type Compile = (key: string, schema: unknown) => ValidateFunction;

let loaded: Contract | undefined;

/** Built once per process: compiling a schema is what costs. It keeps no state between calls. */
export function loadContract(): Contract {
  loaded ??= buildContract();
  return loaded;
}

function buildContract(): Contract {
  const description = loadDescription();
  const routes = routesOf(description);
  const compile = compiler(description);
  return {
    request: (request) => checkRequest({ description, routes, compile }, request),
    response: ({ operation, status, body }) => {
      const [verb = '', template = ''] = operation.split(' ');
      const schema = jsonSchemaOf(description, description.paths[template]?.[verb.toLowerCase()]?.responses[status]);
      return schema === undefined ? [] : faultsOf(compile(`${operation} ${status}`, schema), body, 'response');
    },
    webhook: (name, payload) => {
      const hook = description['x-webhooks'][name];
      if (!hook) return [`the extract has no webhook ${name}`];
      return faultsOf(compile(name, jsonSchemaOf(description, hook.post.requestBody)), payload, 'payload');
    },
  };
}

function compiler(description: Description): Compile {
  // Each schema judges a few values only: what optimising its code takes is never won back (it doubled the time).
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false, code: { optimize: false } });
  // ajv-formats is CommonJS: under NodeNext its function is the default of its default.
  formats.default.default(ajv);
  ajv.addSchema({ $id: 'github', components: { schemas: toJsonSchema(description.components.schemas, true) } });
  const compiled = new Map<string, ValidateFunction>();
  return (key, schema) => {
    const known = compiled.get(key) ?? ajv.compile({ allOf: [toJsonSchema(schema)] });
    compiled.set(key, known);
    return known;
  };
}

/** Routes with the fewest variables first, so that `/issues/comments/{id}` wins over `/issues/{number}/…`. */
function routesOf(description: Description): readonly Route[] {
  const variables = (template: string) => template.split('{').length;
  return Object.entries(description.paths)
    .map(([template, verbs]) => ({ template, verbs, pattern: patternOf(template) }))
    .sort((a, b) => variables(a.template) - variables(b.template));
}

function patternOf(template: string): RegExp {
  const source = template
    .replaceAll('.', '\\.')
    .replace(/\{(path|ref)\}/g, '(?<$1>.+)')
    .replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  return new RegExp(`^${source}$`);
}

interface Judge {
  readonly description: Description;
  readonly routes: readonly Route[];
  readonly compile: Compile;
}

function checkRequest(judge: Judge, request: ApiRequest): CheckedRequest {
  const verb = request.method.toLowerCase();
  const route = judge.routes.find((one) => one.verbs[verb] && one.pattern.test(request.path));
  const described = route?.verbs[verb];
  if (!route || !described) return { refused: [], wrong: [`no such operation: ${request.method} ${request.path}`] };
  const operation = `${request.method} ${route.template}`;
  const parameters = checkParameters(judge, { route, described, request });
  const body = checkBody(judge, { operation, described, body: request.body });
  const closed = request.byInstallation === true && !described['x-github'].enabledForGitHubApps;
  return {
    operation,
    refused: body.refused,
    wrong: [...parameters, ...body.wrong, ...(closed ? ['not enabled for GitHub Apps'] : [])],
  };
}

function checkParameters(
  { description, compile }: Judge,
  { route, described, request }: { route: Route; described: Operation; request: ApiRequest },
): readonly string[] {
  const inPath = route.pattern.exec(request.path)?.groups ?? {};
  const inQuery = Object.fromEntries(new URLSearchParams(request.query));
  const known = (described.parameters ?? []).map((parameter) => resolveRef(description, parameter));
  const faults = known.flatMap((parameter) => {
    const name = String(parameter.name);
    const value = parameter.in === 'path' ? inPath[name] : inQuery[name];
    const label = `${String(parameter.in)}.${name}`;
    if (parameter.in !== 'path' && parameter.in !== 'query') return [];
    if (value === undefined) return parameter.required === true ? [`${label} is required`] : [];
    const check = compile(`${request.method} ${route.template} ${label}`, parameter.schema);
    return faultsOf(check, typed(value, resolveRef(description, parameter.schema)), label);
  });
  const unknown = Object.keys(inQuery).filter((key) => !known.some((one) => one.in === 'query' && one.name === key));
  return [...faults, ...unknown.map((key) => `unknown query parameter ${key}`)];
}

/** What stands in a URL is text; the schema says what it means. */
function typed(value: string, schema: JsonObject): unknown {
  if ((schema.type === 'integer' || schema.type === 'number') && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  if (schema.type === 'boolean' && /^(true|false)$/.test(value)) return value === 'true';
  return value;
}

function checkBody(
  { description, compile }: Judge,
  { operation, described, body }: { operation: string; described: Operation; body: unknown },
): Omit<CheckedRequest, 'operation'> {
  const holder = described.requestBody && resolveRef(description, described.requestBody);
  const schema = jsonSchemaOf(description, holder);
  const empty = body === undefined || (isObject(body) && Object.keys(body).length === 0);
  if (schema === undefined) return { refused: [], wrong: empty ? [] : ['the operation takes no JSON body'] };
  if (empty && holder?.required !== true) return { refused: [], wrong: [] };
  const given = body ?? {};
  const refused = faultsOf(compile(`${operation} body`, schema), given, 'body');
  if (!isObject(given)) return { refused, wrong: [] };
  const { properties, additionalProperties } = resolveRef(description, schema);
  const closed = isObject(properties) && !additionalProperties;
  const unknown = closed ? Object.keys(given).filter((key) => !(key in properties)) : [];
  return {
    refused: [...refused, ...brokenRules(operation, given)],
    wrong: unknown.map((key) => `unknown body field ${key}`),
  };
}

function faultsOf(check: ValidateFunction, value: unknown, where: string): readonly string[] {
  if (check(value)) return [];
  return (check.errors ?? []).map((error) => {
    const { allowedValues, additionalProperty } = error.params;
    const detail = allowedValues
      ? ` ${JSON.stringify(allowedValues)}`
      : additionalProperty
        ? ` ${additionalProperty}`
        : '';
    return `${where}${error.instancePath} ${error.message ?? 'is invalid'}${detail}`;
  });
}
