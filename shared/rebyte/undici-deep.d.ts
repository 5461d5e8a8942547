// Types for the files of undici that undici-engine.ts imports by path; see docs/adr/0002-node-http-first-then-undici.md.
declare module 'undici/lib/dispatcher/agent.js' {
  import { Agent } from 'undici';
  export default Agent;
}
declare module 'undici/lib/dispatcher/proxy-agent.js' {
  import { ProxyAgent } from 'undici';
  export default ProxyAgent;
}
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';
  export default Pool;
}
declare module 'undici/lib/api/api-connect.js' {
  import type { Dispatcher } from 'undici';
  const connect: Dispatcher['connect'];
  export default connect;
}
declare module 'undici/lib/api/api-request.js' {
  import type { Dispatcher } from 'undici';
  /** `dispatcher.request` as a function: it needs of `this` only `dispatch`. */
  export default function request(
    this: Pick<Dispatcher, 'dispatch'>,
    options: Omit<Dispatcher.RequestOptions, 'body'> & {
      body?: string | Uint8Array | AsyncIterable<Uint8Array> | null;
    },
  ): Promise<Dispatcher.ResponseData>;
}
