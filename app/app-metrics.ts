import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { RUN_STATES } from '../shared/model/run-record.ts';
import type { WorkQueue } from '../shared/ports/jobs.ts';
import type { MetricsPort } from '../shared/ports/metrics.ts';
import type { RunStore } from '../shared/ports/store.ts';
import { REFUSALS, type Refusal } from './http/refusal.ts';
import { routeLabel } from './route-label.ts';

/** A call that was answered, or not: then without a status. */
export interface ObservedCall {
  readonly method: string;
  /** Path or URL; ids in it are left out. */
  readonly path: string;
  readonly status?: number | undefined;
  readonly seconds: number;
}

export interface AppMetrics {
  /** For the use-cases. */
  readonly port: MetricsPort;
  readonly githubCall: (call: ObservedCall) => void;
  readonly rebyteCall: (call: ObservedCall) => void;
  /** What became of a delivery of GitHub: taken, ignored, repeated, refused. */
  readonly githubDelivery: (event: string, outcome: string) => void;
  readonly rebyteDelivery: (outcome: string) => void;
  /** A request to our own server was not served, or its connection ended. */
  readonly httpRefused: (refusal: Refusal) => void;
  /** The text for Prometheus. */
  text(): Promise<string>;
  readonly contentType: string;
}

const OPEN_STATES = RUN_STATES.filter((state) => state !== 'settled');
const RUN_BUCKETS = [10, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200];
const AGE_BUCKETS = [0.5, 1, 2, 5, 10, 30, 60, 120, 300];
const CALL_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120, 600];

/** What is looked at whenever the metrics are read. */
export interface Watched {
  readonly queue: Pick<WorkQueue, 'depth'>;
  readonly store: Pick<RunStore, 'countOpen'>;
}

export function createAppMetrics({ queue, store }: Watched): AppMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = (name: string, help: string, labelNames: readonly string[]) =>
    new Counter({ name, help, labelNames: [...labelNames], registers });
  const histogram = (name: string, help: string, labels: { names: readonly string[]; buckets: number[] }) =>
    new Histogram({ name, help, labelNames: [...labels.names], buckets: labels.buckets, registers });

  const calls = { names: ['method', 'route', 'status'], buckets: CALL_BUCKETS };
  const runs = counter('rebyte_runs_settled_total', 'Runs that ended, by status and reason.', ['status', 'reason']);
  const durations = histogram('rebyte_run_seconds', 'From command to ending.', {
    names: ['status'],
    buckets: RUN_BUCKETS,
  });
  const refusals = counter('rebyte_refusals_total', 'Commands that were refused, by reason.', ['reason']);
  const ages = histogram('rebyte_webhook_age_seconds', "Age of Rebyte's webhooks on arrival.", {
    names: [],
    buckets: AGE_BUCKETS,
  });
  const github = histogram('rebyte_github_call_seconds', 'Calls to GitHub, until the answer.', calls);
  const rebyte = histogram('rebyte_api_call_seconds', "Calls to Rebyte, until the answer's headers.", calls);
  const githubDeliveries = counter('rebyte_github_deliveries_total', 'Deliveries of GitHub.', ['event', 'outcome']);
  const redeliveries = counter(
    'rebyte_github_redeliveries_total',
    'Deliveries that GitHub was asked to make again.',
    [],
  );
  const rebyteDeliveries = counter('rebyte_webhook_deliveries_total', 'Deliveries of Rebyte.', ['outcome']);
  const refused = counter('rebyte_http_refused_total', 'Requests to the App that were not served, by reason.', [
    'reason',
  ]);
  // A rate can be told of what was 0 before.
  for (const reason of REFUSALS) refused.inc({ reason }, 0);
  registry.registerMetric(jobsGauge(queue));
  registry.registerMetric(openRunsGauge(store));

  return {
    port: {
      runSettled: (status, reason, seconds) => {
        runs.inc({ status, reason });
        durations.observe({ status }, seconds);
      },
      refused: (reason) => refusals.inc({ reason }),
      noticeAge: (seconds) => ages.observe(seconds),
      redeliveryAsked: () => redeliveries.inc(),
    },
    githubCall: (call) => github.observe(labelsOf(call), call.seconds),
    rebyteCall: (call) => rebyte.observe(labelsOf(call), call.seconds),
    githubDelivery: (event, outcome) => githubDeliveries.inc({ event, outcome }),
    rebyteDelivery: (outcome) => rebyteDeliveries.inc({ outcome }),
    httpRefused: (reason) => refused.inc({ reason }),
    text: async () => await registry.metrics(),
    contentType: registry.contentType,
  };
}

function jobsGauge(queue: Pick<WorkQueue, 'depth'>): Gauge {
  return new Gauge({
    name: 'rebyte_jobs',
    help: 'Jobs in the queue: waiting, running, and dead ones that wait for somebody to look.',
    labelNames: ['state'],
    registers: [],
    async collect() {
      for (const [state, count] of Object.entries(await queue.depth())) this.set({ state }, count);
    },
  });
}

function openRunsGauge(store: Watched['store']): Gauge {
  return new Gauge({
    name: 'rebyte_runs_open',
    help: 'Runs that have not ended, by state.',
    labelNames: ['state'],
    registers: [],
    async collect() {
      // A state that no run is in any more has to go back to 0.
      const counts = await store.countOpen();
      for (const state of OPEN_STATES) this.set({ state }, counts.get(state) ?? 0);
    },
  });
}

function labelsOf({ method, path, status }: ObservedCall): Record<string, string> {
  return { method, route: routeLabel(path), status: status === undefined ? 'none' : String(status) };
}
