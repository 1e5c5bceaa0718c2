import assert from 'node:assert/strict';
import { createMetrics } from '../../../../runtime/metrics/metrics.ts';
import type { ServerFrame } from '../../../../runtime/protocol/frames.ts';
import type { Member } from '../../../../runtime/rooms/member.ts';
import { Rooms } from '../../../../runtime/rooms/rooms.ts';
import { memoryStore } from '../../../../runtime/store/memory/store.ts';

const KEEP = { maxMessages: 100, maxAgeSeconds: 3600 };
const ROOM = 'general';
const RUN = '1-1';

describe('somebody who comes in the middle of a reply', () => {
  it('gets the text that was written while what was there was read', async () => {
    const store = memoryStore();
    const write = (at: number, text: string): Promise<boolean> =>
      store.runs.addText(ROOM, RUN, at, text, JSON.stringify({ type: 'delta', room: ROOM, run: RUN, at, text }));
    const start = { kind: 'run-start', run: RUN, model: 'm', replyTo: '1-1', askedBy: 'ann' } as const;
    await store.log.append(ROOM, 'start', start, KEEP);
    await write(0, 'one');
    // Read last of all that a member is told first: a reply goes on meanwhile.
    store.reads.of = async () => {
      await write(3, ' two');
      return undefined;
    };
    const context = { store, metrics: createMetrics('test'), encode: (json: string) => Buffer.from(json) };
    const rooms = new Rooms(context, 'test', { names: () => Promise.resolve([ROOM]) }, KEEP);
    const frames: ServerFrame[] = [];
    const late: Member = {
      user: { id: 'late', name: 'Late', role: 'guest' },
      open: true,
      deliver: (frame) => frames.push(JSON.parse(frame.toString()) as ServerFrame),
      drained: () => Promise.resolve(),
      expel: () => assert.fail('sent away'),
    };
    await rooms.join(late, ROOM, 1, undefined);
    await write(7, ' three');
    await Promise.resolve();
    rooms.close();
    const said = frames.flatMap((frame) => {
      if (frame.type === 'joined') return frame.runs.map(({ text }) => text);
      return frame.type === 'delta' ? [frame.at, frame.text] : [];
    });
    assert.deepEqual(said, ['one', 3, ' two', 7, ' three']);
  });
});
