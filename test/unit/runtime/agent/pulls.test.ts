import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Partial } from '../../../../runtime/agent/partials.ts';
import { Pulls } from '../../../../runtime/agent/pulls.ts';
import { noticeIn } from '../../../../runtime/agent/server.ts';

const MINUTE = 60_000;
const layer = (digest: string) => ({ digest, totalBytes: 10, completedBytes: 0 });
const partial = (digest: string, writtenAt: number): Partial => ({ digest, files: [], missingBytes: 5, writtenAt });
const digests = (list: readonly { digest: string }[]): string => list.map(({ digest }) => digest).join(' ');

describe('pulls that an agent hears of', () => {
  it('need room for themselves and for those that came first, each blob once', () => {
    const pulls = new Pulls();
    pulls.note('one', [layer('a'), layer('b')], 0);
    pulls.note('two', [layer('b'), layer('c')], 0);
    assert.equal(digests(pulls.layersFor('one', 0)), 'a b');
    assert.equal(digests(pulls.layersFor('two', 0)), 'a b c');
    pulls.note('one', [layer('a'), layer('d')], MINUTE);
    assert.equal(digests(pulls.layersFor('one', MINUTE)), 'a d', 'it has not lost its place');
  });

  it('take no room once they were refused or fell silent', () => {
    const pulls = new Pulls();
    pulls.note('one', [layer('a')], 0);
    pulls.note('two', [layer('b')], 4 * MINUTE);
    assert.equal(digests(pulls.layersFor('two', 4 * MINUTE)), 'b');
    pulls.refuse('two');
    pulls.note('three', [layer('c')], 4 * MINUTE);
    assert.equal(digests(pulls.layersFor('three', 4 * MINUTE)), 'c');
    assert.equal(digests(pulls.layersFor('unheard of', 0)), 'a c');
  });

  it('keep what they may go on with', () => {
    const pulls = new Pulls();
    const now = 600 * MINUTE;
    const there = [partial('old', 0), partial('young', now - MINUTE), partial('named', 0)];
    pulls.note('one', [layer('named')], now - 20 * MINUTE);
    assert.equal(digests(pulls.leftovers(there, now, 60 * MINUTE, 'patient')), 'old');
    assert.equal(digests(pulls.leftovers(there, now, 15 * MINUTE, 'needy')), 'old named', 'its puller is gone');
    pulls.note('two', [], now);
    assert.equal(digests(pulls.leftovers(there, now, 60 * MINUTE, 'patient')), '', 'it may be the one that waits');
    assert.equal(digests(pulls.leftovers(there, now, 60 * MINUTE, 'needy')), 'old');
  });

  it('are as many as fit into memory', () => {
    const pulls = new Pulls();
    for (let id = 0; id < 1_000; id++) pulls.note(String(id), [layer(String(id))], 0);
    assert.equal(pulls.layersFor('999', 0).length, 200);
  });
});

describe('what a puller says', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const good = { digest, totalBytes: 1, completedBytes: 0 };
  it('is taken when it is well formed', () => {
    assert.deepEqual(noticeIn(JSON.stringify({ pull: 'p', layers: [good] })), { pull: 'p', layers: [good] });
  });
  for (const [what, body] of [
    ['no JSON', '{'],
    ['no pull', JSON.stringify({ layers: [] })],
    ['a long name', JSON.stringify({ pull: 'p'.repeat(301), layers: [] })],
    ['a path', JSON.stringify({ pull: 'p', layers: [{ ...good, digest: 'sha256:../../x' }] })],
    ['bytes below nothing', JSON.stringify({ pull: 'p', layers: [{ ...good, totalBytes: -1 }] })],
    ['too many layers', JSON.stringify({ pull: 'p', layers: Array.from({ length: 101 }, () => good) })],
  ] as const) {
    it(`is refused with ${what}`, () => assert.equal(noticeIn(body), undefined));
  }
});
