/** What a transcript shows, in order: days, groups by author, replies, and at the end what is not sent yet. Pure. */
import type { Author } from '../../runtime/protocol/entries.ts';
import type { Unsent } from '../../runtime/protocol/outbox.ts';
import type { Item, MessageItem, ReplyItem } from '../../runtime/protocol/room-log.ts';

/** Messages of one author within this time stand together. */
const GROUP_WITHIN_MS = 5 * 60_000;

export type Row =
  | { readonly kind: 'day'; readonly key: string; readonly time: number }
  | {
      readonly kind: 'message';
      readonly key: string;
      readonly item: MessageItem;
      readonly own: boolean;
      /** Stands directly below a message of the same author: needs no name. */
      readonly follows: boolean;
      readonly unsent?: Unsent;
    }
  | { readonly kind: 'reply'; readonly key: string; readonly item: ReplyItem };

export interface TimelineInput {
  readonly items: readonly Item[];
  readonly unsent: readonly Unsent[];
  readonly me: Author;
  /** Midnight before a time: days are those of the reader. */
  readonly dayOf: (time: number) => number;
}

export function timeline({ items, unsent, me, dayOf }: TimelineInput): Row[] {
  const rows: Row[] = [];
  let day: number | undefined;
  let above: MessageItem | undefined;
  const openDay = (time: number): void => {
    if (dayOf(time) === day) return;
    day = dayOf(time);
    above = undefined;
    rows.push({ kind: 'day', key: `day-${day}`, time });
  };
  const addMessage = (item: MessageItem, waiting?: Unsent): void => {
    openDay(item.time);
    const follows = above?.author.id === item.author.id && item.time - above.time < GROUP_WITHIN_MS;
    const own = item.author.id === me.id;
    rows.push({ kind: 'message', key: item.key, item, own, follows, ...(waiting ? { unsent: waiting } : {}) });
    above = item;
  };
  for (const item of items) {
    if (item.kind === 'message') {
      addMessage(item);
    } else {
      openDay(item.time);
      rows.push({ kind: 'reply', key: item.key, item });
      above = undefined;
    }
  }
  for (const waiting of unsent) {
    const { key, text, time } = waiting;
    // Clocks differ: what is not sent yet stands below everything that is.
    addMessage({ kind: 'message', key, offset: '', time: Math.max(time, lastTime(items)), author: me, text }, waiting);
  }
  return rows;
}

function lastTime(items: readonly Item[]): number {
  return items.at(-1)?.time ?? 0;
}
