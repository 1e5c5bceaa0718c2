import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { EventRecorder } from '../../../../operator/kube/events.ts';
import { silentLogger } from '../../../../operator/kube/log.ts';
import type { KubeObject } from '../../../../operator/kube/object.ts';
import type { Transport } from '../../../../operator/kube/transport.ts';
import { ManualClock } from './manual-clock.ts';

interface Sent {
  method: string;
  path: string;
  body: { note?: string; series?: { count: number; lastObservedTime: string }; metadata?: { name: string } };
}

describe('event aggregation', () => {
  let clock: ManualClock;
  let sent: Sent[];
  let recorder: EventRecorder;
  const regarding: KubeObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a', namespace: 'n', uid: 'u' },
  };
  const broken = { type: 'Warning', reason: 'Broken', note: 'It is broken.' } as const;

  beforeEach(() => {
    clock = new ManualClock();
    sent = [];
    const transport: Transport = {
      request: (method, path, options) => {
        sent.push({ method, path, body: options?.body as Sent['body'] });
        return Promise.resolve(undefined as never);
      },
      stream: () => assert.fail('no stream'),
      close: () => Promise.resolve(),
    };
    recorder = new EventRecorder({ transport, controller: 'toy', instance: 'toy-0', log: silentLogger, clock });
  });

  it('writes the first at once, and the count of all others after 30 s', async () => {
    recorder.record(regarding, broken);
    await clock.advance(0);
    assert.deepEqual(
      sent.map(({ method }) => method),
      ['POST'],
    );
    for (let i = 0; i < 9; i++) {
      await clock.advance(1_000);
      recorder.record(regarding, broken);
    }
    assert.equal(sent.length, 1);
    await clock.advance(30_000);
    assert.equal(sent.length, 2);
    const [first, second] = sent;
    assert.equal(second?.method, 'PATCH');
    assert.equal(second.path, `${first?.path}/${first?.body.metadata?.name}`);
    assert.deepEqual(second.body.series, { count: 10, lastObservedTime: '2026-01-01T00:00:09.000000Z' });
  });

  it('begins a new one after six quiet minutes', async () => {
    recorder.record(regarding, broken);
    await clock.advance(6 * 60_000 + 1);
    recorder.record(regarding, broken);
    await clock.advance(0);
    assert.deepEqual(
      sent.map(({ method }) => method),
      ['POST', 'POST'],
    );
  });

  it('cuts a flood about one object, not about others, and lets one more through every five minutes', async () => {
    const flood = (from: number): void => {
      for (let i = from; i < from + 100; i++) recorder.record(regarding, { ...broken, note: `Number ${i}` });
    };
    flood(0);
    await clock.advance(0);
    assert.equal(sent.length, 25);
    recorder.record({ ...regarding, metadata: { ...regarding.metadata, uid: 'v' } }, broken);
    await clock.advance(10 * 60_000);
    assert.equal(sent.length, 26);
    flood(1_000);
    await clock.advance(0);
    assert.equal(sent.length, 28);
  });

  it('cuts what is too long for the API server', async () => {
    recorder.record(regarding, { ...broken, note: 'x'.repeat(2_000) });
    await clock.advance(0);
    assert.equal(sent[0]?.body.note?.length, 1_024);
  });
});
