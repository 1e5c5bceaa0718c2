/**
 * Which part of the known items is in the document: never more than 400, however far somebody scrolls. Pure. The part is
 * remembered by the key of its first item, because items come at both ends; no key means "up to the newest".
 */

export const MOST_SHOWN = 400;
/** Shown at the end of a room before somebody scrolls up. */
const AT_END = 200;
const STEP = 100;

export interface Shown {
  /** Key of the first item shown; `undefined`: the newest ones are shown, and new ones as they come. */
  readonly first: string | undefined;
}

export interface Part {
  readonly start: number;
  readonly end: number;
}

export const atEnd: Shown = { first: undefined };

interface Keyed {
  readonly key: string;
}

/** The indexes of the shown items. */
export function partOf(items: readonly Keyed[], { first }: Shown): Part {
  const known = first === undefined ? -1 : items.findIndex(({ key }) => key === first);
  if (known < 0) return { start: Math.max(0, items.length - AT_END), end: items.length };
  return { start: known, end: Math.min(items.length, known + MOST_SHOWN) };
}

/** The part further up; the same one when everything known above is shown already. */
export function further(items: readonly Keyed[], shown: Shown, direction: 'up' | 'down'): Shown {
  const { start, end } = partOf(items, shown);
  if (direction === 'up') {
    return start === 0 ? { first: shown.first ?? items[0]?.key } : { first: items[Math.max(0, start - STEP)]?.key };
  }
  if (end >= items.length) return shown;
  return { first: items[Math.min(start + STEP, items.length - AT_END)]?.key };
}

/** Items above one that was gone to: enough to read what led to it. */
const ABOVE = 60;

/** The part with an item in it, and what stands around it. */
export function around(items: readonly Keyed[], index: number): Shown {
  return { first: items[Math.max(0, index - ABOVE)]?.key };
}
