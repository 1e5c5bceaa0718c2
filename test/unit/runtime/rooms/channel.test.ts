import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { createMetrics } from '../../../../runtime/metrics/metrics.ts';
import type { ServerFrame } from '../../../../runtime/protocol/frames.ts';
import { Channel } from '../../../../runtime/rooms/channel.ts';
import type { Member } from '../../../../runtime/rooms/member.ts';
import { memoryStore } from '../../../../runtime/store/memory/store.ts';

const KEEP = { maxMessages: 100, maxAgeSeconds: 3600 };
const ROOM = 'general';
const ANN = { id: 'ann', name: 'Ann', role: 'guest' } as const;

describe('a room in which people write while what was missed is read', () => {
  it('gives everybody all of it once and in order, and sends nobody away', async () => {
    const store = memoryStore();
    const write = (text: string) =>
      store.log.append(ROOM, text, { kind: 'message', id: text, author: ANN, text }, KEEP);
    const subscribe = store.rooms.subscribe.bind(store.rooms);
    let misses = 0;
    store.rooms.subscribe = (room, listener) =>
      subscribe(room, (signal) => {
        if (misses > 0 && signal.kind === 'entry') misses -= 1;
        else listener(signal);
      });
    const channel = new Channel(
      ROOM,
      { store, metrics: createMetrics('test'), encode: (json) => Buffer.from(json) },
      () => undefined,
    );
    await channel.open();
    const heard: string[] = [];
    const member: Member = {
      user: ANN,
      open: true,
      deliver: (frame) => {
        const entry = (JSON.parse(frame.toString()) as Extract<ServerFrame, { type: 'entry' }>).entry;
        heard.push(entry.kind === 'message' ? entry.text : entry.kind);
      },
      drained: () => Promise.resolve(),
      expel: () => assert.fail('sent away'),
    };
    const { epoch, offset } = await channel.firstPage(undefined);
    await channel.follow(member, epoch, offset);

    // The answer that nothing more is there is overtaken by what comes right after it: they use different connections.
    const after = store.log.after.bind(store.log);
    let overtakes = ['late', 'later'];
    store.log.after = async (...asked) => {
      const page = await after(...asked);
      const [text, ...others] = page.entries.length === 0 ? overtakes : [];
      if (text !== undefined) {
        overtakes = others;
        await write(text);
      }
      return page;
    };
    misses = 1;
    await write('missed');
    await write('heard');
    await turn(); // all of the reading is promises
    await channel.check();
    await write('last');
    channel.close();
    assert.deepEqual(heard, ['missed', 'heard', 'late', 'later', 'last']);
  });
});
