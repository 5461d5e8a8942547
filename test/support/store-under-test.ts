import type { Store } from '../../shared/ports/store.ts';

/** A store, and how it is ended. */
export interface StoreUnderTest {
  readonly store: Store;
  /** Closes the store and opens it anew on what it kept; for durable ones. */
  readonly reopen?: () => Promise<Store>;
  readonly close: () => Promise<void>;
}

/** Makes a test of what is done with a new store. */
export type WithStore = (use: (store: Store, under: StoreUnderTest) => Promise<void>) => () => Promise<void>;
