import type { DemoOptions } from './options.ts';
import type { Screen } from './screen.ts';

/** What every part of the story is told with. */
export interface Telling {
  readonly screen: Screen;
  /** The checkout of this repository, where action.yml is. */
  readonly root: string;
  readonly options: DemoOptions;
  /** Ends the story early; what was made is still taken away. */
  readonly signal: AbortSignal;
}
