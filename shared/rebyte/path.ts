import { ValidationError } from './errors.ts';

/**
 * Builds a request path; every value becomes exactly one segment: path`/tasks/${id}/events`.
 *
 * @throws ValidationError for a value that is empty, undefined, `.`, `..`, or contains a slash: it would address another resource.
 */
export function path(literals: TemplateStringsArray, ...segments: readonly string[]): string {
  return literals.reduce((built, literal, i) => {
    const before = literals[i - 1] ?? '';
    const resource = before.split('/').at(-2) || 'id';
    return built + segmentOf(segments[i - 1], resource) + literal;
  });
}

function segmentOf(value: unknown, resource: string): string {
  if (typeof value !== 'string' || value === '' || value === '.' || value === '..' || /[/\\]/.test(value)) {
    throw new ValidationError(
      'id',
      `An id or name under /${resource} cannot be ${JSON.stringify(value) ?? 'undefined'}.`,
    );
  }
  return encodeURIComponent(value);
}
