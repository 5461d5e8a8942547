import type { RepositoryConfig } from '../../model/repository-config.ts';
import type { Trigger } from '../../model/trigger.ts';
import type { Forge } from '../../ports/forge.ts';
import type { Engine } from '../engine/engine.ts';

/** What every step between a trigger and its runs stands on. */
export interface Intake {
  readonly engine: Engine;
  readonly forge: Forge;
  readonly trigger: Trigger;
  readonly config: RepositoryConfig;
}

export type Answering = Pick<Intake, 'engine' | 'forge' | 'trigger'>;
