import { z } from 'zod';
import type { Account, Trigger } from '../../shared/model/trigger.ts';

/** A delivery of GitHub as it came: its signature was verified, and nothing in it was looked at. */
export interface Arrival {
  /** X-GitHub-Delivery. */
  readonly id: string;
  /** X-GitHub-Event, which no signature covers. */
  readonly name: string;
  readonly payload: object;
}

/** A delivery of GitHub whose signature was verified. What is in it can still be anything that a person can write. */
export interface Delivery {
  /** X-GitHub-Delivery. */
  readonly id: string;
  readonly payload: unknown;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
}

/** Only what is used is looked at: GitHub adds fields all the time. */
const name = z.string().regex(/^[\w.-]{1,100}$/);
const login = z.string().regex(/^[\w.-]{1,100}(\[bot\])?$/);
const GHOST: Account = { login: '', type: '' };

export const positive = z.int().positive();
export const nodeId = z.string().min(1).max(200);
export const url = z.string().max(2_000);
/** GitHub sends null for an empty body. */
export const text = z
  .string()
  .nullish()
  .transform((given) => given ?? '');
/** A deleted account comes as null. */
export const account = z
  .object({ login, type: z.string().default('') })
  .nullish()
  .transform((given) => given ?? GHOST);

/** What every delivery of an App's webhook has. */
export const envelope = z.object({
  installation: z.object({ id: positive }),
  repository: z.object({ name, owner: z.object({ login }), default_branch: z.string().min(1).max(500) }),
});
export type Envelope = z.infer<typeof envelope>;

type Place = Pick<Trigger, 'deliveryId' | 'installationId' | 'repository' | 'defaultBranch' | 'thread' | 'receivedAt'>;

/** The part of a trigger that says where it happened. */
export function placeOf({ id, receivedAt }: Delivery, { installation, repository }: Envelope, number: number): Place {
  const named = { owner: repository.owner.login, repo: repository.name };
  return {
    deliveryId: id,
    installationId: installation.id,
    repository: named,
    defaultBranch: repository.default_branch,
    thread: { ...named, number },
    receivedAt,
  };
}
