import {
  createServer,
  request as send,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';

/** One request that came by. */
export interface Passage {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Of the answer; undefined while there is none. */
  status?: number;
}

export type Which = (passage: Passage) => boolean;

/** A request that the sender takes for delivered and that has not arrived. */
export interface Kept {
  readonly passage: Passage;
  /** Lets it arrive after all; resolves with the status of the answer. */
  arrive(): Promise<number>;
}

/** An answer that is on its way and does not come. */
export interface Held {
  /** Resolves when the request was carried out. */
  readonly done: Promise<Passage>;
  release(): void;
}

interface Order {
  readonly which: Which;
  readonly act: (passage: Passage, response: ServerResponse) => Promise<void>;
}

/** Stands between two servers, so that a test decides in which order things arrive. */
export class Relay {
  readonly passages: Passage[] = [];
  readonly #orders: Order[] = [];
  readonly #targetOf: (passage: Passage) => string;
  readonly #onPassage: () => void;
  readonly #server = createServer((request, response) => void this.#take(request, response));
  url = '';

  private constructor(targetOf: (passage: Passage) => string, onPassage: () => void) {
    this.#targetOf = targetOf;
    this.#onPassage = onPassage;
  }

  /** @param targetOf the server that a request goes to. @param onPassage told of each answer. */
  static async start(targetOf: (passage: Passage) => string, onPassage: () => void): Promise<Relay> {
    const relay = new Relay(targetOf, onPassage);
    await new Promise<void>((resolve) => relay.#server.listen(0, '127.0.0.1', resolve));
    const address = relay.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The relay listens on no TCP port.');
    relay.url = `http://127.0.0.1:${address.port}`;
    return relay;
  }

  /** Answers the next such request with 200 and keeps it. */
  keepNext(which: Which): Promise<Kept> {
    return new Promise((resolve) => {
      this.#orders.push({
        which,
        act: (passage, response) => {
          response.writeHead(200).end();
          resolve({ passage, arrive: async () => await this.again(passage) });
          return Promise.resolve();
        },
      });
    });
  }

  /** Answers the next such request with this status; it does not arrive. */
  refuseNext(which: Which, status: number): void {
    this.#orders.push({
      which,
      act: (passage, response) => {
        passage.status = status;
        response.writeHead(status).end();
        return Promise.resolve();
      },
    });
  }

  /** Carries out the next such request and holds back its answer. */
  holdNext(which: Which): Held {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const done = new Promise<Passage>((resolve) => {
      this.#orders.push({
        which,
        act: async (passage, response) => {
          const answer = await this.#forward(passage);
          resolve(passage);
          await released;
          pass(answer, response);
        },
      });
    });
    return { done, release };
  }

  /** Sends a request that came by once more, byte for byte; resolves with the status of the answer. */
  async again(passage: Passage): Promise<number> {
    const answer = await this.#forward(passage);
    await buffer(answer);
    return answer.statusCode ?? 0;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    try {
      const passage: Passage = { method, path, headers, body: await buffer(request) };
      this.passages.push(passage);
      const index = this.#orders.findIndex(({ which }) => which(passage));
      const [order] = index === -1 ? [] : this.#orders.splice(index, 1);
      if (order === undefined) pass(await this.#forward(passage), response);
      else await order.act(passage, response);
    } catch {
      // One side hung up; the other one learns of it.
      response.destroy();
    }
  }

  #forward(passage: Passage): Promise<IncomingMessage> {
    const { method, path, headers, body } = passage;
    const { host: _, connection: __, ...rest } = headers;
    return new Promise((resolve, reject) => {
      const request = send(`${this.#targetOf(passage)}${path}`, { method, headers: rest, agent: false }, (answer) => {
        passage.status = answer.statusCode ?? 0;
        this.#onPassage();
        resolve(answer);
      });
      request.once('error', reject);
      request.end(body);
    });
  }
}

function pass(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  answer.pipe(response);
  answer.once('error', () => response.destroy());
}
