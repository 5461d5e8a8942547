/** Anything with named fields, of which nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** True for objects, so that the fields of foreign JSON and of thrown values can be asked for one by one. */
export function hasFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
