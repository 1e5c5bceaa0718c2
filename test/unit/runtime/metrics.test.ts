import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createMetrics } from '../../../runtime/metrics/metrics.ts';
import type { MetricDefinition } from '../../../runtime/metrics/names.ts';
import { METRICS } from '../../../runtime/metrics/names.ts';

describe('metrics', () => {
  const definitions = Object.values<MetricDefinition>(METRICS);

  it('have names by the conventions, each once', () => {
    assert.equal(new Set(definitions.map(({ name }) => name)).size, definitions.length);
    for (const { name, type, help, buckets } of definitions) {
      assert.match(name, /^chatapp_[a-z_]+$/);
      assert.equal(name.endsWith('_total'), type === 'counter', name);
      assert.equal(buckets !== undefined, type === 'histogram', name);
      assert.ok(help.endsWith('.'), name);
    }
  });

  it('exist at 0 from the start, with every label value that is known', async () => {
    const text = await createMetrics('test').registry.metrics();
    for (const { name, labels } of definitions) {
      assert.ok(text.includes(`# TYPE ${name} `), name);
      for (const [label, values] of Object.entries(labels)) {
        for (const value of values) {
          assert.ok(text.includes(`${name}{${label}="${value}",role="test"} 0`), `${name} ${value}`);
        }
      }
    }
    assert.ok(text.includes('nodejs_eventloop_lag_seconds'));
  });
});
