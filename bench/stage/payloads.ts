import type { AppWorld } from './app-world.ts';

/** What GitHub sends for a comment; the command among them was carried out before, so that intake is all that is left. */
export async function payloads(world: AppWorld): Promise<{ chatter: string; command: string }> {
  const payloadOf = async (text: string): Promise<string> => {
    await world.comment(1, text);
    await world.github.delivered();
    return JSON.stringify(
      world.github.deliveries('rebyte').findLast(({ event }) => event === 'issue_comment')?.payload,
    );
  };
  const chatter = await payloadOf('Thank you, I shall look at it tomorrow.');
  const answered = world.next(({ method, login }) => method === 'POST' && login === 'rebyte[bot]');
  const command = await payloadOf('/rebyte help');
  await answered;
  return { chatter, command };
}
