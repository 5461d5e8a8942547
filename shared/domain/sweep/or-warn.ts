import type { Engine } from '../engine/engine.ts';
import { messageOf } from '../../model/message-of.ts';

/** Looks after one run; what goes wrong with it stops no other. */
export async function orWarn(engine: Pick<Engine, 'log'>, id: string, look: () => Promise<void>): Promise<void> {
  try {
    await look();
  } catch (error) {
    const why = messageOf(error);
    engine.log({ run: id }).warning(`The sweep could not look after this run: ${why}`);
  }
}
