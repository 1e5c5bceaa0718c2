import type { ServerFrame, Wait } from '../protocol/frames.ts';
import type { Store } from '../store/port.ts';
import type { Run } from '../store/runs.ts';

/** Tells a room where a reply is in the queue, and what it waits for beside its turn, if anything. @throws StoreUnavailable */
export async function tellPlace(
  store: Store,
  { id, room }: Pick<Run, 'id' | 'room'>,
  place: number,
  wait: Wait | undefined,
): Promise<void> {
  const frame: ServerFrame = { type: 'queue', room, run: id, place, ...(wait && { waitsFor: wait }) };
  await store.rooms.publish(room, { kind: 'frame', json: JSON.stringify(frame) });
}
