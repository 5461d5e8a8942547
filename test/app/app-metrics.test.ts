import { expect, test } from '@jest/globals';
import { createAppMetrics } from '../../app/app-metrics.ts';
import { createMemoryStore } from '../../app/memory/memory-store.ts';
import { aRun } from '../support/records.ts';

const queue = { depth: () => Promise.resolve({ waiting: 2, running: 1, dead: 0 }) };

test('runs that have not ended are counted by state, and a state that they have left is 0 again', async () => {
  const store = createMemoryStore();
  const metrics = createAppMetrics({ queue, store });
  await store.insert(aRun({ state: 'running' }));
  expect(await metrics.text()).toContain('rebyte_runs_open{state="running"} 1');
  await store.update('run-1', { state: 'settled' });
  expect(await metrics.text()).toContain('rebyte_runs_open{state="running"} 0');
});

test('the queue is measured whenever the metrics are read', async () => {
  const metrics = createAppMetrics({ queue, store: createMemoryStore() });
  expect(await metrics.text()).toContain('rebyte_jobs{state="waiting"} 2');
});

test('requests that were not served are counted by reason, from 0 on', async () => {
  const metrics = createAppMetrics({ queue, store: createMemoryStore() });
  metrics.httpRefused('timeout');
  const text = await metrics.text();
  expect(text).toContain('rebyte_http_refused_total{reason="timeout"} 1');
  expect(text).toContain('rebyte_http_refused_total{reason="budget"} 0');
});
