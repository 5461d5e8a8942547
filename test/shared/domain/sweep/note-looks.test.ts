import { expect, test } from '@jest/globals';
import { createMemoryStore } from '../../../../app/memory/memory-store.ts';
import { noteLooks } from '../../../../shared/domain/sweep/note-looks.ts';
import { aRun, aTrigger } from '../../../support/records.ts';
import { openRuns } from '../../../support/open-runs.ts';

test('every run is noted as looked after, no more than a hundred at once', async () => {
  const store = createMemoryStore();
  for (let each = 1; each <= 250; each += 1) {
    await store.insert(aRun({ id: `run-${each}`, trigger: aTrigger({ sourceId: `source-${each}` }) }));
  }
  let underWay = 0;
  let most = 0;
  const update: typeof store.update = async (id, changes) => {
    most = Math.max(most, (underWay += 1));
    const updated = await store.update(id, changes);
    underWay -= 1;
    return updated;
  };
  await noteLooks({ update }, await openRuns(store), 5_000);
  expect((await openRuns(store)).map(({ checkedAt }) => checkedAt)).toEqual(Array.from({ length: 250 }, () => 5_000));
  expect(most).toBe(100);
});
