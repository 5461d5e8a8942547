/** The code that the system or SQLite gave the error, such as `EEXIST` or `SQLITE_FULL`; '' when there is none. */
export function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
