import { createMemoryStore } from '../../../app/memory/memory-store.ts';
import { storeConformance } from '../../support/store-conformance.ts';

storeConformance('a store in memory', async () =>
  Promise.resolve({ store: createMemoryStore(), close: async () => Promise.resolve() }),
);
