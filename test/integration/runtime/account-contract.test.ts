/** What both versions of the store promise of accounts, their sessions and attempts to get in. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Account } from '../../../runtime/store/accounts.ts';
import { FIRST_WAIT_MS } from '../../../runtime/store/accounts.ts';
import { MOST_SESSIONS } from '../../../runtime/store/port.ts';
import type { Store } from '../../../runtime/store/port.ts';
import { until } from '../../testbed/wait.ts';
import { STORES, useStore } from './stores.ts';

const LONGEST_MS = 900_000;
const PLACE = { agent: 'a browser', address: '192.0.2.1' };

function account(id: string, key: string): Account {
  return {
    ...{ id, key, name: key.toUpperCase(), password: 'hash', seed: '', created: 5 },
    ...({ role: 'member', state: 'active', origin: 'password' } as const),
  };
}

for (const { name, start } of STORES) {
  describe(`a store ${name}, of accounts`, () => {
    let store: Store;
    useStore(start, (started) => (store = started));

    it('keeps one for each key, and finds and lists them', async () => {
      const [ann, bob] = [account('a-1', 'ann'), account('a-2', 'bob')];
      assert.equal(await store.accounts.create(bob), 'done');
      assert.equal(await store.accounts.create(ann), 'done');
      assert.equal(await store.accounts.create(account('a-3', 'ann')), 'taken');
      assert.deepEqual(await store.accounts.find('a-1'), ann);
      assert.deepEqual(await store.accounts.findByKey('bob'), bob);
      assert.equal(await store.accounts.find('a-3'), undefined);
      assert.equal(await store.accounts.findByKey('nobody'), undefined);
      assert.deepEqual(await store.accounts.list(undefined, 10), [ann, bob]);
      assert.deepEqual(await store.accounts.list(undefined, 1), [ann]);
      assert.deepEqual(await store.accounts.list('ann', 10), [bob]);
    });

    it('changes them, and their keys with their names', async () => {
      await store.accounts.create(account('c-1', 'cid'));
      await store.accounts.create(account('c-2', 'dan'));
      assert.equal(await store.accounts.change('c-1', { role: 'admin', state: 'disabled' }), 'done');
      assert.equal(await store.accounts.change('c-1', { name: 'Dan', key: 'dan' }), 'taken');
      assert.equal(await store.accounts.change('c-1', { name: 'Cy', key: 'cy' }), 'done');
      assert.equal(await store.accounts.change('c-9', { role: 'admin' }), 'missing');
      assert.deepEqual(await store.accounts.findByKey('cy'), {
        ...account('c-1', 'cy'),
        ...{ name: 'Cy', role: 'admin', state: 'disabled' },
      });
      assert.equal(await store.accounts.findByKey('cid'), undefined);
      await store.accounts.remove('c-1');
      await store.accounts.remove('c-1');
      assert.equal(await store.accounts.findByKey('cy'), undefined);
      assert.equal(await store.accounts.create(account('c-3', 'cy')), 'done');
    });

    it('knows sessions of an account as long as it is active, with its present name and role', async () => {
      await store.accounts.create(account('s-1', 'sue'));
      assert.equal(await store.sessions.createFor('nobody', 's-hash-0', PLACE, 60), false);
      for (const hash of ['s-hash-1', 's-hash-2', 's-hash-3', 's-hash-4']) {
        assert.equal(await store.sessions.createFor('s-1', hash, PLACE, 60), true);
      }
      const user = { id: 's-1', name: 'SUE', role: 'member' };
      assert.deepEqual(await store.sessions.resume('s-hash-1', 60), { user, nameKey: 'sue' });
      await store.accounts.change('s-1', { role: 'admin', name: 'Su' });
      assert.deepEqual((await store.sessions.resume('s-hash-1', 60))?.user, { ...user, name: 'Su', role: 'admin' });
      await store.sessions.remove('s-hash-2');
      const listed = await store.sessions.of('s-1');
      assert.deepEqual(
        listed.map(({ hash, agent, address }) => [hash, agent, address]),
        ['s-hash-1', 's-hash-3', 's-hash-4'].map((hash) => [hash, 'a browser', '192.0.2.1']),
      );
      assert.ok(listed.every(({ created }) => Math.abs(created - Date.now()) < 60_000));
      await store.sessions.removeOf('s-1', 's-hash-3');
      assert.equal(await store.sessions.resume('s-hash-1', 60), undefined);
      assert.equal((await store.sessions.resume('s-hash-3', 60))?.user.name, 'Su');
      await store.accounts.change('s-1', { state: 'disabled' });
      assert.equal(await store.sessions.resume('s-hash-3', 60), undefined);
      assert.equal(await store.sessions.createFor('s-1', 's-hash-5', PLACE, 60), false);
      await store.accounts.change('s-1', { state: 'active' });
      assert.equal(await store.sessions.createFor('s-1', 's-hash-6', PLACE, 60), true);
      await store.accounts.remove('s-1');
      assert.equal(await store.sessions.resume('s-hash-6', 60), undefined);
    });

    it('ends the oldest session of too many', async () => {
      await store.accounts.create(account('m-1', 'max'));
      for (let i = 0; i <= MOST_SESSIONS; i++) {
        // Of the same millisecond any may be the oldest: names grow with time.
        await store.sessions.createFor('m-1', `m-hash-${String(i).padStart(3, '0')}`, PLACE, 60);
      }
      assert.equal((await store.sessions.of('m-1')).length, MOST_SESSIONS);
      assert.equal(await store.sessions.resume('m-hash-000', 60), undefined);
      assert.ok(await store.sessions.resume('m-hash-001', 60));
    });

    it('forgets a wait that is over', async () => {
      const counted = [{ what: 'account:v', free: 1, longestMs: 50 }];
      assert.equal(await store.attempts.begin(counted), 0);
      assert.ok((await store.attempts.begin(counted)) <= 50);
      await until('it may go on', async () => (await store.attempts.begin(counted)) === 0, {
        timeout: 5000,
        every: 10,
      });
    });

    it('lets attempts wait longer and longer, each by itself, also those made at once', async () => {
      const counted = [
        { what: 'account:x', free: 3, longestMs: LONGEST_MS },
        { what: 'address:1', free: 5, longestMs: LONGEST_MS },
      ];
      const waits = await Promise.all(Array.from({ length: 6 }, () => store.attempts.begin(counted)));
      assert.deepEqual(
        waits.map((wait) => wait === 0),
        [true, true, true, false, false, false],
      );
      assert.ok(waits[5]! > 0 && waits[5]! <= FIRST_WAIT_MS, `${waits[5]} ms`);
      const other = [
        { what: 'account:y', free: 3, longestMs: LONGEST_MS },
        { what: 'address:1', free: 5, longestMs: LONGEST_MS },
      ];
      assert.equal(await store.attempts.begin(other), 0, 'refused attempts were not counted');
      assert.equal(await store.attempts.begin(other), 0);
      assert.ok(
        (await store.attempts.begin([{ what: 'account:z', free: 3, longestMs: LONGEST_MS }, other[1]!])) > 0,
        'the address waits',
      );
      await store.attempts.succeeded('account:x', 'address:1');
      assert.equal(await store.attempts.begin(counted), 0, 'who succeeded begins anew');
      const waited = await store.attempts.begin([{ what: 'account:w', free: -30, longestMs: LONGEST_MS }]);
      assert.equal(waited, 0);
      const longest = await store.attempts.begin([{ what: 'account:w', free: -30, longestMs: LONGEST_MS }]);
      assert.ok(longest > LONGEST_MS - 5000 && longest <= LONGEST_MS, `${longest} ms`);
    });
  });
}
