/** A JSON document's object, its fields not yet known. */
export interface JsonObject {
  readonly [key: string]: unknown;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What OpenAPI 3.0 says beside JSON Schema and what a validator must not see. */
const NOT_JSON_SCHEMA = new Set(['nullable', 'xml', 'discriminator', 'deprecated', 'readOnly', 'writeOnly']);

/**
 * Turns a schema of OpenAPI 3.0 into JSON Schema: `nullable` becomes a type, references point into the document `github`.
 * `namesAsKeys` says that the keys are names of fields, as inside `properties`, and not keywords.
 */
export function toJsonSchema(value: unknown, namesAsKeys = false): unknown {
  if (Array.isArray(value)) return value.map((item) => toJsonSchema(item));
  if (!isObject(value)) return value;
  if (namesAsKeys) return mapValues(value, (item) => toJsonSchema(item));
  const kept = Object.fromEntries(Object.entries(value).filter(([key]) => !NOT_JSON_SCHEMA.has(key)));
  const schema = Object.fromEntries(
    Object.entries(kept).map(([key, item]) => [
      // GitHub's alternatives overlap (two forms of an error, of which one has every field of the other).
      key === 'oneOf' && kept.anyOf === undefined ? 'anyOf' : key,
      toJsonSchema(item, key === 'properties'),
    ]),
  );
  if (typeof schema.$ref === 'string') schema.$ref = schema.$ref.replace(/^#/, 'github#');
  return value.nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema;
}

function mapValues(value: JsonObject, map: (item: unknown) => unknown): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, map(item)]));
}
