/** What backends and frontends really offer Prometheus. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, describe, it } from 'mocha';
import { METRICS, type MetricDefinition } from '../../../runtime/metrics/names.ts';
import { goBinary, metricsLinterProgram } from '../../testbed/go-binary.ts';
import { ChatClient } from './chat-client.ts';
import type { Cluster } from './cluster.ts';
import { startCluster } from './cluster.ts';

describe('the metrics of a chat', function () {
  this.timeout(60_000);
  let cluster: Cluster;
  let linter: string;
  before(async function () {
    this.timeout(10 * 60_000);
    linter = await goBinary(metricsLinterProgram);
    cluster = await startCluster({ backends: 1 });
  });
  after(() => cluster.stop());

  const lint = (text: string): { status: number | null; words: string } => {
    const { status, stdout } = spawnSync(linter, { input: text, encoding: 'utf8' });
    return { status, words: stdout };
  };
  const scrape = async (url: string): Promise<string> => (await fetch(url)).text();
  /** prom-client calls three gauges of Node itself `_total`; names of its own are its affair. */
  const isOurs = (line: string): boolean => line.startsWith('chatapp_');

  it('pass the linter of Prometheus, also once they have values', async () => {
    const frontend = await cluster.addFrontend(cluster.url(0));
    const ann = await ChatClient.join(frontend.url, 'Ann measures');
    await ann.say('hello');
    ann.cut();
    for (const { metricsUrl } of [cluster.backends[0]!, frontend]) {
      const { status, words } = lint(await scrape(metricsUrl));
      assert.notEqual(status, 1, words);
      assert.deepEqual(words.split('\n').filter(isOurs), []);
    }
    const bad = lint('# HELP chatapp_things Things.\n# TYPE chatapp_things counter\nchatapp_things 1\n');
    assert.equal(bad.status, 3);
    assert.match(bad.words, /chatapp_things counter metrics should have "_total" suffix/);
    assert.equal(lint('no metrics at all').status, 1);
  });

  it('have a series for each model and each server before anybody asks', async () => {
    const text = await scrape(cluster.backends[0]!.metricsUrl);
    for (const { name, type, labels } of Object.values<MetricDefinition>(METRICS)) {
      const label = ['model', 'server'].find((each) => each in labels);
      if (label === undefined) continue;
      const series = new RegExp(`^${name}${type === 'histogram' ? '_count' : ''}\\{.*${label}="[^"]+"`, 'mu');
      assert.match(text, series);
    }
  });
});
