/** Goes back in a room until a message of long ago is known. */
import type { ChatClient } from '../../runtime/protocol/client.ts';
import { compareOffsets } from '../../runtime/protocol/offset.ts';

/** Nothing that is known of the room changed for so long, in milliseconds: nobody answers. */
const STANDSTILL_MS = 15_000;

/**
 * Loads page after page until everything from an offset on is known, or the history ends.
 * @returns `away` when the connection was lost on the way, or the person went to another room (`stillWanted`)
 */
export async function loadBackTo(
  client: ChatClient,
  room: string,
  offset: string,
  stillWanted: () => boolean,
): Promise<'known' | 'away'> {
  for (;;) {
    const { items, hasMore } = client.room(room);
    const first = items[0];
    if (first === undefined || !hasMore || compareOffsets(first.offset, offset) <= 0) return 'known';
    if (!stillWanted() || client.link.phase !== 'connected') return 'away';
    if (client.isLoadingOlder(room)) await nextChange(client);
    else await client.loadOlder(room);
    const { items: now, hasMore: more } = client.room(room);
    const loading = client.isLoadingOlder(room);
    if (now[0] === first && more && !loading) return 'away';
  }
}

/** Somebody else loads a page already. */
function nextChange({ changes }: ChatClient): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(done, STANDSTILL_MS);
    const stop = changes.add(done);
  });
}
