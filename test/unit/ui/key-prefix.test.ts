import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Outbox } from '../../../runtime/protocol/outbox.ts';
import { memoryKeyStore, systemClock } from '../../../runtime/protocol/socket.ts';
import { keysUnder } from '../../../ui/state/key-prefix.ts';

describe('chats that share the store of a browser', () => {
  const stores = () => {
    const shared = memoryKeyStore();
    return ['', '/a:', '/a/b:'].map((prefix) => keysUnder(prefix, shared));
  };

  it('keep the same keys apart, and count and name only their own', () => {
    const all = stores();
    for (const [index, store] of all.entries()) store.setItem('chatapp.name', String(index));
    assert.deepEqual(
      all.map((store) => store.getItem('chatapp.name')),
      ['0', '1', '2'],
    );
    for (const store of all.slice(1)) {
      assert.deepEqual([store.length, store.key(0), store.key(1)], [1, 'chatapp.name', null]);
    }
    all[1]!.removeItem('chatapp.name');
    assert.deepEqual([all[1]!.length, all[1]!.getItem('chatapp.name'), all[2]!.length], [0, null, 1]);
  });

  it('send what was not sent to the chat that it was written in, and to no other', () => {
    const all = stores();
    const user = { id: 'u', name: 'Ann' };
    for (const [index, store] of all.entries()) {
      const outbox = new Outbox(store, systemClock);
      outbox.open(user);
      outbox.add('general', `for ${index}`);
    }
    for (const [index, store] of all.entries()) {
      const outbox = new Outbox(store, systemClock);
      outbox.open(user);
      assert.deepEqual(
        outbox.of('general').map(({ text }) => text),
        [`for ${index}`],
      );
    }
  });
});
