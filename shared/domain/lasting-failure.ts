import { ForgeError } from '../ports/forge-error.ts';

/** GitHub answered, and would answer the same again: worth telling people instead of trying once more. */
export function isLastingFailure(error: unknown): error is ForgeError {
  return error instanceof ForgeError && error.status !== undefined && !error.passes;
}
