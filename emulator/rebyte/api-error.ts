/** The documented error codes and their HTTP statuses (API, "Errors"). */
export const STATUS_OF_CODE = {
  missing_api_key: 401,
  invalid_api_key: 401,
  insufficient_scopes: 403,
  agent_disabled: 403,
  validation_error: 400,
  limit_exceeded: 400,
  not_found: 404,
  internal_error: 500,
} as const;

export type ErrorCode = keyof typeof STATUS_OF_CODE;

/** An ending of a request that the API documents: thrown anywhere, answered in one place (`app.ts`). */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly status: (typeof STATUS_OF_CODE)[ErrorCode];

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ApiError';
    this.code = code;
    this.status = STATUS_OF_CODE[code];
  }
}

/** The body of an error answer. */
export function errorBody(code: string, message: string): { readonly error: { code: string; message: string } } {
  return { error: { code, message } };
}
