import type { Rebyte } from '../../emulator/rebyte/index.ts';
import { API_KEY } from './places.ts';

/** Every prompt that Rebyte was ever given. */
export interface Prompts {
  readonly tasks: number;
  /** The prompts' texts by the run's reference in them; '' for none. */
  readonly byReference: ReadonlyMap<string, readonly string[]>;
}

const PAGE = 100;

export async function readPrompts(rebyte: Rebyte): Promise<Prompts> {
  const byReference = new Map<string, string[]>();
  let tasks = 0;
  for (let offset = 0; ; offset += PAGE) {
    const { data } = await ask<{ data: { id: string }[] }>(rebyte, `/tasks?limit=${PAGE}&offset=${offset}`);
    for (const { id } of data) {
      const { prompts } = await ask<{ prompts: { userPrompt: string }[] }>(rebyte, `/tasks/${id}/content`);
      for (const { userPrompt } of prompts) {
        const [, reference = ''] = /^Run reference: (\S+)/m.exec(userPrompt.slice(-200)) ?? [];
        byReference.set(reference, [...(byReference.get(reference) ?? []), userPrompt]);
      }
    }
    tasks += data.length;
    if (data.length < PAGE) return { tasks, byReference };
  }
}

async function ask<T>(rebyte: Rebyte, path: string): Promise<T> {
  const response = await fetch(`${rebyte.url}${path}`, { headers: { API_KEY } });
  if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
  return JSON.parse(await response.text());
}
