/** Finding one item among many; items stand by their offsets. Pure. */
import type { Item } from '../../runtime/protocol/room-log.ts';
import { contentOffset } from '../../runtime/protocol/room-log.ts';
import { compareOffsets } from '../../runtime/protocol/offset.ts';

/** Index of the first item after an offset; the number of items when there is none. */
export function indexAfter(items: readonly Item[], offset: string): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && compareOffsets(item.offset, offset) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the item that an offset names, by its place or, for a reply, by its end; -1 when it is not known. */
export function indexOf(items: readonly Item[], offset: string): number {
  const first = items[0];
  if (first === undefined || compareOffsets(offset, first.offset) < 0) return -1;
  const before = indexAfter(items, offset) - 1;
  const candidate = items[before];
  if (candidate !== undefined && contentOffset(candidate) === offset) return before;
  return items.findLastIndex((item) => contentOffset(item) === offset);
}
