/** The metrics of one process, made from `names.ts`. Label values known beforehand exist at 0 from the start. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { MetricDefinition } from './names.ts';
import { METRICS } from './names.ts';

interface Kinds {
  counter: Counter;
  gauge: Gauge;
  histogram: Histogram;
}

type Made = { readonly [K in keyof typeof METRICS]: Kinds[(typeof METRICS)[K]['type']] };
export type Metrics = Made & { readonly registry: Registry };

/** @param role adds the metrics of the process (CPU, memory, event loop lag) under a label of the role */
export function createMetrics(role: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ role });
  collectDefaultMetrics({ register: registry });
  const made = Object.fromEntries(
    Object.entries<MetricDefinition>(METRICS).map(([key, definition]) => [key, make(definition, registry)]),
  );
  return { ...(made as unknown as Made), registry };
}

/** Makes the series exist whose label values only the configuration knows: rates need a first 0. */
export function announce(metrics: Metrics, known: { models: Iterable<string>; servers: Iterable<string> }): void {
  for (const model of known.models) {
    for (const counter of [metrics.promptTokens, metrics.replyTokens]) counter.inc({ model }, 0);
    for (const histogram of [metrics.firstToken, metrics.tokenTime]) histogram.zero({ model });
  }
  for (const server of known.servers) {
    for (const gauge of [metrics.ollamaUp, metrics.ollamaLoaded]) gauge.set({ server }, 0);
  }
}

function make(definition: MetricDefinition, registry: Registry): Kinds[keyof Kinds] {
  const { name, help, labels, buckets } = definition;
  const options = { name, help, labelNames: Object.keys(labels), registers: [registry] };
  if (definition.type === 'histogram') {
    return new Histogram({ ...options, ...(buckets === undefined ? {} : { buckets: [...buckets] }) });
  }
  const metric = definition.type === 'counter' ? new Counter(options) : new Gauge(options);
  const [label, values] = Object.entries(labels)[0] ?? [];
  if (label !== undefined) for (const value of values ?? []) metric.inc({ [label]: value }, 0);
  return metric;
}
