import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { memoryKeyStore } from '../../../../runtime/protocol/socket.ts';
import { message, settled, world } from './scripted.ts';

const texts = (items: readonly { readonly text: string }[]): string[] => items.map(({ text }) => text);

describe('ChatClient: a room', () => {
  it('shows the newest page, then every entry once and in order', async () => {
    const { client, server } = world();
    client.join('general');
    client.connect();
    server().welcome();
    server().joined({ entries: [message('4-0', 'a'), message('5-0', 'b')] });
    server().say({ type: 'entry', room: 'general', prev: '5-0', entry: message('6-0', 'c') });
    server().say({ type: 'entry', room: 'general', prev: '5-0', entry: message('6-0', 'c') });
    await settled();
    assert.deepEqual(texts(client.room('general').items), ['a', 'b', 'c']);
    assert.equal(server().of('join').length, 1);
  });

  it('asks for what is missing when an entry does not follow the last one', async () => {
    const { client, server } = world();
    client.join('general');
    client.connect();
    server().welcome();
    server().joined();
    await settled();
    server().say({ type: 'entry', room: 'general', prev: '6-0', entry: message('7-0', 'late') });
    await settled();
    assert.deepEqual(server().of('join').at(-1)?.since, { epoch: 'e1', offset: '5-0' });
    server().joined({ recovered: true, offset: '7-0', entries: [message('6-0', 'missed'), message('7-0', 'late')] });
    assert.deepEqual(texts(client.room('general').items), ['missed', 'late']);
  });

  it('recovers after a loss from where it was, and starts over when told so', async () => {
    const { client, clock, server, connections } = world();
    client.join('general');
    client.connect();
    server().welcome();
    server().joined({ entries: [message('5-0', 'before')] });
    server().events.closed(1006, '');
    await clock.pass(2000);
    assert.equal(connections.length, 2);
    server().welcome();
    assert.deepEqual(server().of('join')[0]?.since, { epoch: 'e1', offset: '5-0' });
    server().joined({ recovered: true, offset: '6-0', entries: [message('6-0', 'meanwhile')] });
    assert.deepEqual(texts(client.room('general').items), ['before', 'meanwhile']);
    server().events.closed(3000, '');
    await clock.pass(2000);
    server().welcome();
    server().joined({ epoch: 'e2', offset: '1-0', entries: [message('1-0', 'anew')] });
    assert.deepEqual(texts(client.room('general').items), ['anew']);
  });

  it('puts the parts of a reply where they belong, and asks again when one is missing', async () => {
    const { client, server } = world();
    const reply = (): unknown => {
      const [item] = client.room('general').items;
      return item?.kind === 'reply' ? [item.state, item.text, item.place, item.waitsFor] : item;
    };
    client.join('general');
    client.connect();
    server().welcome();
    server().joined();
    const run = 'run-00001';
    const start = { kind: 'run-start', offset: '6-0', time: 1, run, model: 'm', replyTo: '5-0', askedBy: 'u' } as const;
    server().say({ type: 'entry', room: 'general', prev: '5-0', entry: start });
    server().say({ type: 'queue', room: 'general', run, place: 2 });
    assert.deepEqual(reply(), ['waiting', '', 2, undefined]);
    server().say({ type: 'queue', room: 'general', run, place: 1, waitsFor: { for: 'waking', usualSeconds: 20 } });
    assert.deepEqual(reply(), ['waiting', '', 1, { for: 'waking', usualSeconds: 20 }]);
    server().say({ type: 'delta', room: 'general', run, at: 0, text: 'Hel' });
    server().say({ type: 'delta', room: 'general', run, at: 2, text: 'llo' });
    assert.deepEqual(reply(), ['running', 'Hello', undefined, undefined]);
    server().say({ type: 'delta', room: 'general', run, at: 9, text: '!' });
    await settled();
    assert.deepEqual(reply(), ['running', 'Hello', undefined, undefined]);
    server().joined({ recovered: true, offset: '6-0', runs: [{ run, state: 'running', text: 'Hello you' }] });
    server().say({ type: 'delta', room: 'general', run, at: 9, text: '!' });
    assert.deepEqual(reply(), ['running', 'Hello you!', undefined, undefined]);
    const end = {
      kind: 'run-end',
      offset: '7-0',
      time: 2,
      run,
      model: 'm',
      outcome: 'done',
      text: 'Hello you!',
    } as const;
    server().say({ type: 'entry', room: 'general', prev: '6-0', entry: end });
    assert.deepEqual(reply(), ['ended', 'Hello you!', undefined, undefined]);
    assert.equal(client.room('general').items.length, 1);
  });

  it('puts older pages before what it knows, a reply at its start', async () => {
    const { client, server } = world();
    client.join('general');
    client.connect();
    server().welcome();
    const run = 'run-00001';
    const end = { kind: 'run-end', offset: '5-0', time: 2, run, model: 'm', outcome: 'done', text: 'yes' } as const;
    server().joined({ entries: [message('4-0', 'between'), end], hasMore: true });
    await settled();
    const loading = client.loadOlder('general');
    const { id, before } = server().of('history')[0]!;
    assert.equal(before, '4-0');
    const start = { kind: 'run-start', offset: '3-0', time: 1, run, model: 'm', replyTo: '2-0', askedBy: 'u' } as const;
    server().say({ type: 'history', id, room: 'general', entries: [message('2-0', 'old'), start], hasMore: false });
    await loading;
    assert.deepEqual(texts(client.room('general').items), ['old', 'yes', 'between']);
    assert.equal(client.room('general').hasMore, false);
    await client.loadOlder('general');
    assert.equal(server().of('history').length, 1);
  });

  it('says that a room does not exist', async () => {
    const { client, server } = world();
    client.join('nowhere');
    client.connect();
    server().welcome();
    const { id } = server().of('join')[0]!;
    server().say({ type: 'error', id, code: 'NotFound', message: 'no such room' });
    await settled();
    assert.equal(client.room('nowhere').phase, 'missing');
  });
});

describe('ChatClient: sending', () => {
  it('sends one after another, each once, and forgets them when they are in the log', async () => {
    const { client, server } = world();
    client.join('general');
    client.connect();
    server().welcome();
    server().joined();
    const first = client.send('general', 'one');
    client.send('general', 'two');
    assert.deepEqual(texts(server().of('send')), ['one']);
    server().say({ type: 'ok', id: server().of('send')[0]!.id, offset: '6-0' });
    await settled();
    assert.deepEqual(texts(server().of('send')), ['one', 'two']);
    assert.deepEqual(
      client.unsent('general').map(({ delivery }) => delivery),
      ['sent', 'sending'],
    );
    server().say({ type: 'entry', room: 'general', prev: '5-0', entry: message('6-0', 'one', first) });
    assert.deepEqual(texts(client.unsent('general')), ['two']);
  });

  it('sends again under the same id what got no answer, after it looked at what it missed', async () => {
    const { client, clock, server } = world();
    client.join('general');
    client.connect();
    server().welcome();
    server().joined();
    const [arrived, lost] = [client.send('general', 'arrived'), client.send('general', 'lost')];
    server().events.closed(1006, '');
    client.send('general', 'written offline');
    await clock.pass(2000);
    server().welcome();
    assert.equal(server().of('send').length, 0);
    server().joined({ recovered: true, offset: '6-0', entries: [message('6-0', 'arrived', arrived)] });
    await settled();
    assert.deepEqual(
      server()
        .of('send')
        .map(({ key }) => key),
      [lost],
    );
    server().say({ type: 'ok', id: server().of('send')[0]!.id, offset: '7-0' });
    await settled();
    assert.deepEqual(texts(server().of('send')), ['lost', 'written offline']);
  });

  it('keeps unsent messages over a reload, asks about old ones, and goes on in order', async () => {
    const storage = memoryKeyStore();
    const before = world({ storage });
    before.client.openOutbox({ id: 'u-ann', name: 'Ann' });
    before.client.send('general', 'one');
    before.client.send('general', 'two');
    const { client, server } = world({ storage });
    client.join('general');
    client.connect();
    server().welcome();
    server().joined();
    await settled();
    assert.deepEqual(texts(server().of('send')), ['one']);
    const later = world({ storage });
    await later.clock.pass(21 * 3600 * 1000);
    later.client.join('general');
    later.client.connect();
    later.server().welcome();
    later.server().joined();
    await settled();
    assert.deepEqual(later.server().of('send'), []);
    assert.deepEqual(
      later.client.unsent('general').map(({ delivery }) => delivery),
      ['old', 'old'],
    );
  });

  it('sends what was written before the first welcome, after what an earlier page left, and keeps it from then on', async () => {
    const storage = memoryKeyStore();
    const before = world({ storage });
    before.client.openOutbox({ id: 'u-ann', name: 'Ann' });
    before.client.send('general', 'of an earlier page');
    const { client, server } = world({ storage });
    client.join('general');
    client.connect();
    client.send('general', 'written at once');
    server().welcome();
    server().joined();
    await settled();
    assert.deepEqual(texts(client.unsent('general')), ['of an earlier page', 'written at once']);
    const later = world({ storage });
    later.client.openOutbox({ id: 'u-ann', name: 'Ann' });
    assert.deepEqual(texts(later.client.unsent('general')), ['of an earlier page', 'written at once']);
  });

  it('forgets a message that it sends again after a reload when the log has it before the page that is shown', async () => {
    const storage = memoryKeyStore();
    const before = world({ storage });
    before.client.openOutbox({ id: 'u-ann', name: 'Ann' });
    before.client.send('general', 'arrived long ago');
    const { client, server } = world({ storage });
    client.join('general');
    client.connect();
    server().welcome();
    server().joined({ offset: '500-0', entries: [message('500-0', 'newest')], hasMore: true });
    await settled();
    server().say({ type: 'ok', id: server().of('send')[0]!.id, offset: '6-0' });
    await settled();
    assert.deepEqual(client.unsent('general'), []);
  });

  it('waits as long as a limit says, and shows what is refused for good', async () => {
    const { client, clock, server } = world();
    client.join('general');
    client.connect();
    server().welcome();
    server().joined();
    client.send('general', 'quick');
    server().say({
      type: 'error',
      id: server().of('send')[0]!.id,
      code: 'RateLimited',
      message: 'slow',
      retryAfterMs: 3000,
    });
    await clock.pass(2900);
    assert.equal(server().of('send').length, 1);
    await clock.pass(200);
    assert.equal(server().of('send').length, 2);
    server().say({ type: 'error', id: server().of('send')[1]!.id, code: 'TooLarge', message: 'too long' });
    await settled();
    const [refused] = client.unsent('general');
    assert.deepEqual([refused?.delivery, refused?.refusal?.message], ['refused', 'too long']);
    client.discard(refused!.key);
    assert.deepEqual(client.unsent('general'), []);
  });
});

describe('ChatClient: the connection', () => {
  it('tries first within 2 s, then more and more slowly up to 20 s, and at once when asked', async () => {
    const { client, clock, server, connections } = world({ random: () => 0.999 });
    client.connect();
    server().welcome();
    server().events.closed(1006, '');
    await clock.pass(2000);
    assert.equal(connections.length, 2);
    const waits: number[] = [];
    for (let i = 0; i < 6; i++) {
      server().events.closed(1006, '');
      const { link } = client;
      assert.equal(link.phase, 'waiting');
      waits.push(Math.round((link.retryAt - clock.now()) / 1000));
      await clock.pass(link.retryAt - clock.now());
    }
    assert.deepEqual(waits, [2, 4, 8, 16, 20, 20]);
    server().events.closed(1006, '');
    client.connect();
    assert.equal(client.link.phase, 'connecting');
    assert.equal(connections.length, 9);
  });

  it('comes back when a restarting server said', async () => {
    const { client, clock, server, connections } = world();
    client.connect();
    server().welcome();
    server().say({ type: 'restarting', delayMs: 300 });
    server().events.closed(3000, '');
    await clock.pass(299);
    assert.equal(connections.length, 1);
    await clock.pass(1);
    assert.equal(connections.length, 2);
  });

  it('stays away after a final close code', async () => {
    const { client, clock, server, connections } = world();
    client.connect();
    server().welcome();
    server().events.closed(3500, 'no session');
    await clock.pass(60_000);
    assert.deepEqual(client.link, { phase: 'ended', code: 3500, reason: 'no session' });
    assert.equal(connections.length, 1);
  });

  it('notices a dead link by itself, and leaves a quiet one alone', async () => {
    const { client, clock, server, connections } = world();
    client.connect();
    server().welcome();
    await clock.pass(25_000);
    server().say({ type: 'pong', id: server().of('ping')[0]!.id });
    await clock.pass(25_000);
    assert.equal(server().of('ping').length, 2);
    assert.equal(client.link.phase, 'connected');
    await clock.pass(10_000);
    assert.equal(connections[0]!.closed, true);
    assert.equal(client.link.phase, 'waiting');
  });

  it('gives up a server that opens and says nothing', async () => {
    const { client, clock } = world();
    client.connect();
    await clock.pass(10_000);
    assert.equal(client.link.phase, 'waiting');
  });

  it('ignores what a connection says after it was given up', async () => {
    const { client, clock, connections } = world();
    client.join('general');
    client.connect();
    await clock.pass(11_500);
    assert.equal(connections.length, 2);
    connections[0]!.welcome();
    connections[0]!.events.closed(3500, '');
    assert.equal(client.link.phase, 'connecting');
  });

  it('shows who types, until they send or fall silent', async () => {
    const { client, clock, server } = world();
    const bob = { id: 'u-bob', name: 'Bob', role: 'guest' } as const;
    client.join('general');
    client.connect();
    server().welcome();
    server().joined();
    server().say({ type: 'typing', room: 'general', user: bob });
    assert.deepEqual(client.typing('general'), [bob]);
    server().say({ type: 'entry', room: 'general', prev: '5-0', entry: message('6-0', 'hi') });
    assert.deepEqual(client.typing('general'), []);
    server().say({ type: 'typing', room: 'general', user: bob });
    await clock.pass(6000);
    assert.deepEqual(client.typing('general'), []);
  });
});
