/** Changes of image and settings on a real cluster, while people write all the time. */
import assert from 'node:assert/strict';
import { until } from '../testbed/wait.ts';
import { chatField, demo, field, kubectl, nameImage, READY, site } from './cluster.ts';
import { readBack, Writer } from './writers.ts';

const { namespace } = demo;
const MINUTE = 60_000;
const degraded = (part: string) => `.status.conditions[?(@.type=="Degraded")].${part}`;

const change = (spec: object) =>
  kubectl('-n', namespace, 'patch', 'chat/demo', '--type=merge', '-p', JSON.stringify({ spec }));
const status = (path: string, is: RegExp, timeout = 3 * MINUTE) => chatField(namespace, 'demo', path, is, timeout);
const imageOf = (part: string) =>
  field(namespace, `deployment/demo-${part}`, '.spec.template.spec.containers[0].image');

/** First sign that a new backend crashes, as the cluster shows it. */
async function hasCrashed(image: string): Promise<boolean> {
  const path =
    '{range .items[*]}{.spec.containers[0].image} {.status.containerStatuses[0].lastState.terminated.exitCode}{.status.containerStatuses[0].state.terminated.exitCode}{"\\n"}{end}';
  const label = 'app.kubernetes.io/component=backend';
  const lines = await kubectl('-n', namespace, 'get', 'pods', '-l', label, '-o', `jsonpath=${path}`);
  return lines.split('\n').some((line) => line.startsWith(`${image} `) && /[1-9]/.test(line.slice(image.length)));
}

describe('rollouts', function () {
  this.timeout(8 * MINUTE);
  let writers: Writer[] = [];
  let first: string;
  let broken: string;

  before(async () => {
    first = await imageOf('backend');
    // It runs, knows none of our roles, and ends with an error.
    broken = await field(namespace, 'statefulset/demo-ollama', '.spec.template.spec.containers[0].image');
    const many = { messagesPerMinute: 6_000 };
    await change({ chat: { replies: 'Never', limits: { ...many, perAddress: many, perRoom: many } } });
    await status('.status.version', /^\d/);
    await status('.status.phase', /^Ready$/);
    writers = await Promise.all(['Ada', 'Ben', 'Eve'].map((name) => Writer.start(site.url, name)));
  });

  after(async () => {
    await change({ image: null, rollout: null, chat: { replies: null, limits: null } });
    await status('.status.lastGoodImage', new RegExp(`^${first}$`));
    await status('.status.phase', /^Ready$/);
  });

  it('take people from one version to the next, both side by side, after a preflight', async () => {
    const next = `${first}-next`;
    await nameImage(first, next);
    await change({ image: next });
    await status('.status.lastGoodImage', /-next$/);
    assert.deepEqual(await Promise.all([imageOf('backend'), imageOf('frontend')]), [next, next]);
    // Old pods let go of people after the new ones have come.
    for (const { name, versions } of writers) {
      await until(`${name} has met both versions`, () => versions.size === 2, { timeout: MINUTE });
    }
  });

  it('are blocked by a preflight that fails, while people go on', async () => {
    const sent = writers.map((writer) => writer.sent);
    const began = performance.now();
    await change({ image: broken });
    await status(degraded('reason'), /^PreflightFailed$/);
    console.log(`      blocked after ${((performance.now() - began) / 1_000).toFixed(1)} s`);
    assert.match(await field(namespace, 'chat/demo', degraded('message')), /what ran before runs on/);
    assert.match(await imageOf('backend'), /-next$/);
    assert.equal(await field(namespace, 'chat/demo', READY), 'True');
    writers.forEach((writer, i) => assert.ok(writer.sent > sent[i]!));
  });

  it('are taken back in under two minutes when the new image crashes', async () => {
    await change({ rollout: { preflight: false } });
    const began = performance.now();
    await until('a new backend crashes', () => hasCrashed(broken), { timeout: 2 * MINUTE, every: 100 });
    const crashed = performance.now();
    await status('.status.rollback.from', new RegExp(`^${broken}$`));
    await until('the Deployment is as before', async () => (await imageOf('backend')).endsWith('-next'), {
      timeout: MINUTE,
    });
    await status('.status.conditions[?(@.type=="Progressing")].reason', /^RolledBack$/);
    const ended = performance.now();
    const seconds = (ms: number) => (ms / 1_000).toFixed(1);
    console.log(
      `      rolled back ${seconds(ended - crashed)} s after the first crash, ${seconds(ended - began)} s after the change`,
    );
    assert.ok(ended - crashed < 2 * MINUTE);
    assert.equal(await field(namespace, 'chat/demo', READY), 'True');
    assert.match(await field(namespace, 'chat/demo', degraded('message')), /did not work.*The next change/);
  });

  it('lose no message and change no order', async () => {
    await Promise.all(writers.map((writer) => writer.stop()));
    const all = await readBack(site.url);
    for (const { name, sent } of writers) {
      assert.deepEqual(
        all.filter((text) => text.startsWith(`${name} `)),
        Array.from({ length: sent }, (_, i) => `${name} ${i + 1}`),
      );
    }
    console.log(`      ${writers.reduce((sum, { sent }) => sum + sent, 0)} messages, each there once and in order`);
  });
});
