/** What a transcript shows, in order: days, groups by author, replies, and at the end what is not sent yet. Pure. */
import { compareOffsets } from '../../runtime/protocol/offset.ts';
import type { Author } from '../../runtime/protocol/entries.ts';
import type { Unsent } from '../../runtime/protocol/outbox.ts';
import type { Item, MessageItem, ReplyItem } from '../../runtime/protocol/room-log.ts';
import { indexOf } from './items.ts';
import { names } from './mention.ts';

/** Messages of one author within this time stand together. */
const GROUP_WITHIN_MS = 5 * 60_000;

/** What a message answers; `item` is missing when that part of the history is not known here. */
export interface Quoted {
  readonly offset: string;
  readonly item?: Item;
}

export type Row =
  | { readonly kind: 'day'; readonly key: string; readonly time: number }
  /** What follows was written since the reader was here last. */
  | { readonly kind: 'unread'; readonly key: string }
  | {
      readonly kind: 'message';
      readonly key: string;
      readonly item: MessageItem;
      readonly own: boolean;
      /** Stands directly below a message of the same author: needs no name. */
      readonly follows: boolean;
      readonly unsent?: Unsent;
      readonly quoted?: Quoted;
      /** Names the reader. */
      readonly mentioned: boolean;
    }
  /** `quoted` where the question does not stand directly above. */
  | { readonly kind: 'reply'; readonly key: string; readonly item: ReplyItem; readonly quoted?: Quoted };

export interface TimelineInput {
  /** The part that is shown. */
  readonly items: readonly Item[];
  /** All that is known of the room: what is quoted may lie outside of the part. */
  readonly known?: readonly Item[];
  /** Where the reader's last visit ended. */
  readonly unreadAfter?: string | undefined;
  readonly unsent: readonly Unsent[];
  readonly me: Author;
  /** Midnight before a time: days are those of the reader. */
  readonly dayOf: (time: number) => number;
}

export function timeline({ items, known = items, unreadAfter, unsent, me, dayOf }: TimelineInput): Row[] {
  const rows: Row[] = [];
  let day: number | undefined;
  let above: Item | undefined;
  let mark = unreadAfter;
  const quote = (offset: string | undefined): { quoted?: Quoted } => {
    if (offset === undefined) return {};
    const item = known[indexOf(known, offset)];
    return { quoted: { offset, ...(item === undefined ? {} : { item }) } };
  };
  const openDay = (time: number): void => {
    if (dayOf(time) === day) return;
    day = dayOf(time);
    above = undefined;
    rows.push({ kind: 'day', key: `day-${day}`, time });
  };
  const openUnread = (item: Item): void => {
    if (mark === undefined || compareOffsets(item.offset, mark) <= 0 || isBy(item, me)) return;
    mark = undefined;
    above = undefined;
    rows.push({ kind: 'unread', key: 'unread' });
  };
  const addMessage = (item: MessageItem, waiting?: Unsent): void => {
    const own = isBy(item, me);
    rows.push({
      ...{ kind: 'message', key: item.key, item, own, follows: continues(above, item) },
      ...(waiting ? { unsent: waiting } : {}),
      ...quote(item.replyTo),
      mentioned: !own && (item.mentions?.includes(me.id) ?? names(item.text, me.name)),
    });
    above = item;
  };
  for (const item of items) {
    openDay(item.time);
    openUnread(item);
    if (item.kind === 'message') {
      addMessage(item);
    } else {
      const belowQuestion = above?.kind === 'message' && above.offset === item.replyTo;
      rows.push({ kind: 'reply', key: item.key, item, ...(belowQuestion ? {} : quote(item.replyTo)) });
      above = item;
    }
  }
  for (const waiting of unsent) {
    const { key, text, time, replyTo } = waiting;
    // Clocks differ: what is not sent yet stands below everything that is.
    const at = { offset: '', time: Math.max(time, lastTime(items)) };
    openDay(at.time);
    const answers = replyTo === undefined ? {} : { replyTo };
    addMessage({ kind: 'message', key, ...at, author: me, text, ...answers }, waiting);
  }
  return rows;
}

function isBy(item: Item, { id }: Author): boolean {
  return item.kind === 'message' && item.author.id === id;
}

/** Whether a message belongs to those above it: the same author, soon after. */
function continues(above: Item | undefined, item: MessageItem): boolean {
  if (above?.kind !== 'message' || item.replyTo !== undefined) return false;
  return above.author.id === item.author.id && item.time - above.time < GROUP_WITHIN_MS;
}

function lastTime(items: readonly Item[]): number {
  return items.at(-1)?.time ?? 0;
}
