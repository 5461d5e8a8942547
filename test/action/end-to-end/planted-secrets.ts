import { FOREIGN_TOKENS, held, SIGNED_ADDRESSES, type PlantedSecret } from '../../support/planted-secrets.ts';
import { API_KEY, type World } from './world.ts';

/** With what a URL, a shell and JSON each write differently. */
export const PROXY_PASSWORD = 'p@ss/wörd"&=%1 of the proxy';

/** All that an agent, a payload or a server may have seen and tell the Action. */
export function plantedIn(world: World): readonly PlantedSecret[] {
  return [
    held('the API key', API_KEY),
    held('the job’s token', world.token),
    held('the proxy’s password', PROXY_PASSWORD),
    ...FOREIGN_TOKENS,
    ...SIGNED_ADDRESSES,
  ];
}
