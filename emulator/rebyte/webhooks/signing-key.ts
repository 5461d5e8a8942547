import { createPublicKey, generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';

const signAsync = promisify(sign);

/** The organization's RSA-2048 key pair: made with the first webhook, then kept. */
export class SigningKey {
  #privateKey: Promise<KeyObject> | undefined;

  /** Begins to make the pair, off the main thread: it takes up to a second. */
  create(): void {
    this.#privateKey ??= promisify(generateKeyPair)('rsa', { modulusLength: 2048 }).then((pair) => pair.privateKey);
  }

  /** PEM (SPKI); undefined before the first webhook. */
  async publicKey(): Promise<string | undefined> {
    const privateKey = await this.#privateKey;
    return privateKey && createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
  }

  /** base64(RSA-SHA256, PKCS#1 v1.5) over `{timestamp}.{body}`. */
  async signature(timestamp: string, body: string): Promise<string> {
    this.create();
    const privateKey = await this.#privateKey;
    if (!privateKey) throw new Error('unreachable: create() was just called');
    return (await signAsync('RSA-SHA256', Buffer.from(`${timestamp}.${body}`), privateKey)).toString('base64');
  }
}
