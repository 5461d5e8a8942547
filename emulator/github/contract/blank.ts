import { jsonSchemaOf, loadDescription, resolveRef, type Description } from './description.ts';
import { isObject, type JsonObject } from './json-schema.ts';

const TEXT_BY_FORMAT: JsonObject = {
  uri: 'https://example.invalid/',
  'date-time': '2011-01-26T19:01:12Z',
  email: 'nobody@example.invalid',
};

const made = new Map<string, JsonObject>();

/**
 * The least object that satisfies one of GitHub's schemas: required fields only, null where it may be, else empty.
 * What the emulator answers starts from it, so that every field GitHub promises is there although only some are modelled.
 * Shared between callers: to be spread, not changed.
 * @param name name of a schema of the description, e.g. `issue-comment`
 */
export function blank(name: string): JsonObject {
  const known = made.get(name) ?? makeBlank(name);
  made.set(name, known);
  return known;
}

/**
 * The least payload of a webhook, see {@link blank}.
 * @param name e.g. `issue-comment-created`; undefined when the extract does not have it
 */
export function blankPayload(name: string): JsonObject | undefined {
  const description = loadDescription();
  const hook = description['x-webhooks'][name];
  if (!hook) return undefined;
  const key = `webhook ${name}`;
  const known =
    made.get(key) ??
    blankObject(description, resolveRef(description, jsonSchemaOf(description, hook.post.requestBody)));
  made.set(key, known);
  return known;
}

function makeBlank(name: string): JsonObject {
  const description = loadDescription();
  // The schema may be nullable where it is referred to; who asks by name wants the object.
  const schema = resolveRef(description, description.components.schemas[name]);
  const value = blankOf(description, { ...schema, nullable: false });
  if (!isObject(value) || schema.type === undefined)
    throw new Error(`The extract has no object schema ${name}. Add an operation that uses it.`);
  return value;
}

function blankOf(description: Description, given: unknown): unknown {
  const schema = resolveRef(description, given);
  if (schema.nullable === true) return null;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const choices = schema.oneOf ?? schema.anyOf;
  if (Array.isArray(choices) && schema.properties === undefined) return blankOf(description, choices[0]);
  if (Array.isArray(schema.allOf)) {
    return Object.assign({}, ...schema.allOf.map((part) => blankOf(description, part)));
  }
  return blankOfType(description, schema);
}

function blankOfType(description: Description, schema: JsonObject): unknown {
  switch (schema.type) {
    case 'array':
      return [];
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
      return schema.minimum ?? 0;
    case 'string':
      return TEXT_BY_FORMAT[String(schema.format)] ?? '';
    default:
      return blankObject(description, schema);
  }
}

function blankObject(description: Description, schema: JsonObject): JsonObject {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.fromEntries(required.map((key: string) => [key, blankOf(description, properties[key])]));
}
