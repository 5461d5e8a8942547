/** A bare caller of the emulated API: what these tests need and no more. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // The shape is what the tests are about.
  // eslint-disable-next-line typescript/no-explicit-any
  readonly json: any;
}

export function caller(apiUrl: string, token?: string) {
  return async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const response = await fetch(path.startsWith('http') ? path : `${apiUrl}${path}`, {
      method,
      headers: { ...(token && { authorization: `Bearer ${token}` }), 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    return {
      status: response.status,
      headers: response.headers,
      json: type.includes('json;') && text !== '' && !type.includes('raw') ? JSON.parse(text) : text,
    };
  };
}
