import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { Expectations, type Cache } from '../../../../operator/kube/expectations.ts';
import { silentLogger } from '../../../../operator/kube/log.ts';
import type { KubeObject, ResourceType } from '../../../../operator/kube/object.ts';
import { ManualClock } from './manual-clock.ts';

const type: ResourceType = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap' };

const object = (name: string, resourceVersion: string, uid = 'u'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'n', uid, resourceVersion },
});

/** A cache in the hands of the test. */
class HandCache implements Cache {
  resourceVersion: string | undefined = '10';
  readonly objects = new Map<string, KubeObject>();
  relists = 0;
  get(key: string): KubeObject | undefined {
    return this.objects.get(key);
  }
  relist(): Promise<void> {
    this.relists++;
    return Promise.resolve();
  }
}

describe('expectations', () => {
  let clock: ManualClock;
  let cache: HandCache;
  let released: string[];
  let expectations: Expectations;

  beforeEach(() => {
    clock = new ManualClock();
    cache = new HandCache();
    released = [];
    expectations = new Expectations({
      cacheOf: (_type, { metadata }) => (metadata.name === 'unwatched' ? undefined : cache),
      release: (key) => released.push(key),
      log: silentLogger,
      clock,
    });
  });

  const see = (resourceVersion: string): void => {
    cache.resourceVersion = resourceVersion;
    expectations.progressed(cache);
  };

  it('hold a key until the cache has come as far as its last write', () => {
    expectations.wrote('k', type, object('a', '99'));
    expectations.wrote('k', type, object('b', '100'));
    assert.equal(expectations.isSatisfied('k'), false);
    assert.equal(expectations.isSatisfied('other'), true);
    see('99');
    assert.deepEqual(released, []);
    see('100');
    assert.deepEqual(released, ['k']);
    assert.equal(expectations.isSatisfied('k'), true);
    assert.equal(clock.pending, 0);
  });

  it('release only a key that was held', () => {
    expectations.wrote('k', type, object('a', '11'));
    see('12');
    assert.deepEqual(released, []);
    assert.equal(expectations.isSatisfied('k'), true);
  });

  it('hold nothing for news that is here already, or never comes', () => {
    expectations.wrote('k', type, object('a', '9'));
    expectations.wrote('k', type, object('unwatched', '99'));
    assert.equal(expectations.isSatisfied('k'), true);
  });

  it('hold a key until what it deleted is gone, going, or another', () => {
    const steps: [string, () => void][] = [
      ['gone', () => cache.objects.delete('n/gone')],
      [
        'going',
        () =>
          cache.objects.set('n/going', {
            ...object('going', '1'),
            metadata: { ...object('going', '1').metadata, deletionTimestamp: 'now' },
          }),
      ],
      ['another', () => cache.objects.set('n/another', object('another', '2', 'v'))],
    ];
    for (const [name, happen] of steps) {
      cache.objects.set(`n/${name}`, object(name, '1'));
      expectations.removed('k', type, object(name, '1'));
      assert.equal(expectations.isSatisfied('k'), false, name);
      happen();
      see('11');
      assert.equal(expectations.isSatisfied('k'), true, name);
    }
    assert.equal(released.length, 3);
  });

  it('list anew after 30 s, and then let the key go on in any case', async () => {
    expectations.wrote('k', type, object('a', '99'));
    expectations.isSatisfied('k');
    await clock.advance(29_999);
    assert.equal(cache.relists, 0);
    await clock.advance(1);
    assert.equal(cache.relists, 1);
    assert.deepEqual(released, ['k']);
    assert.equal(expectations.isSatisfied('k'), true);
  });

  it('wait for no kind that is not there any more', () => {
    expectations.wrote('k', type, object('a', '99'));
    expectations.isSatisfied('k');
    cache.resourceVersion = undefined;
    expectations.progressed(cache);
    assert.deepEqual(released, ['k']);
  });

  it('are given up at the end', () => {
    expectations.wrote('k', type, object('a', '99'));
    expectations.clear();
    assert.equal(clock.pending, 0);
    assert.equal(expectations.isSatisfied('k'), true);
  });
});
