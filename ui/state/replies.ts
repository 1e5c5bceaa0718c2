import type { Item, ReplyItem } from '../../runtime/protocol/room-log.ts';

/** The reply that "Stop" without further words means: the last that writes, or else the last that waits. */
export function newestActiveReply(items: readonly Item[]): ReplyItem | undefined {
  const last = (state: ReplyItem['state']): ReplyItem | undefined =>
    items.findLast((item): item is ReplyItem => item.kind === 'reply' && item.state === state);
  return last('running') ?? last('waiting');
}
