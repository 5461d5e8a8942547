import { createHmac, createPrivateKey } from 'node:crypto';
import { opsToken } from '../../../app/ops/ops-token.ts';
import { webhookSecretFor } from '../../../app/rebyte/connections.ts';
import { FOREIGN_TOKENS, held, heldKey, SIGNED_ADDRESSES, type PlantedSecret } from '../../support/planted-secrets.ts';
import { API_KEYS, APP, WEBHOOK_SECRET } from './seed.ts';
import type { World } from './world.ts';

/** Still good while it is being replaced; with what JSON, a URL and a shell each write differently. */
export const OLD_WEBHOOK_SECRET = 'the "old" one & its s/cret=%20\\1';

/** All that an agent, a payload or a server may have seen and tell the App. */
export function plantedIn(world: World): readonly PlantedSecret[] {
  const { privateKey } = world.github.app(APP);
  // GitHub hands out one form, and the App signs with the other.
  const forms = (['pkcs1', 'pkcs8'] as const).map((type) =>
    heldKey(`the private key as ${type}`, createPrivateKey(privateKey).export({ type, format: 'pem' }).toString()),
  );
  return [...forms, ...plantedWithoutKey()];
}

/** Those that are the same in every world. */
function plantedWithoutKey(): readonly PlantedSecret[] {
  return [
    ...[
      ['', WEBHOOK_SECRET],
      ['old ', OLD_WEBHOOK_SECRET],
    ].flatMap(([age = '', secret = '']) => [
      held(`the ${age}webhook secret`, secret),
      held(`what the ${age}markers are made with`, derived(secret, 'engine')),
      held(`the ${age}token of operators`, opsToken(secret)),
      ...Object.keys(API_KEYS).map((account) =>
        held(`the ${age}secret of ${account}’s webhook on Rebyte`, webhookSecretFor(secret, account)),
      ),
    ]),
    ...Object.entries(API_KEYS).map(([account, key]) => held(`the API key of ${account}`, key)),
    ...FOREIGN_TOKENS,
    ...SIGNED_ADDRESSES,
  ];
}

function derived(secret: string, purpose: string): string {
  return createHmac('sha256', secret).update(purpose).digest('base64url');
}
