/** What a person may do with a message or reply, so that nothing is offered which the server would refuse. Pure. */
import type { Author } from '../../runtime/protocol/entries.ts';
import type { Item, MessageItem } from '../../runtime/protocol/room-log.ts';
import { contentOffset } from '../../runtime/protocol/room-log.ts';
import type { RoomEntry } from './room-entries.ts';

export type Action = 'react' | 'reply' | 'copy' | 'edit' | 'again' | 'delete';

/** What the transcript asks the page to do; `act-on-item` carries it. */
export type ItemRequest =
  | { readonly what: 'reply' | 'copy' | 'edit' | 'again' | 'delete' | 'person'; readonly item: Item }
  | { readonly what: 'react'; readonly item: Item; readonly emoji: string }
  /** `opener` is where the menu belongs. */
  | { readonly what: 'menu' | 'emoji'; readonly item: Item; readonly opener: HTMLElement };

/** Somebody is asked about; `open-person` carries it. */
export interface PersonRequest {
  readonly person: Author;
  /** Called when their card is closed again. */
  readonly closed?: () => void;
}

/** How much a person may do in a room: in a locked one only its moderators write. */
export type Rights = 'read' | 'write' | 'moderate';

/** Nobody moderates a room of two, administrators neither. */
export function rightsIn({ lock, moderator }: Pick<RoomEntry, 'lock' | 'moderator'>): Rights {
  if (moderator === 'yes') return 'moderate';
  return lock === 'locked' ? 'read' : 'write';
}

/** Whether anything may be done: not with what is not in the log yet, or not any more. */
function hasActions(item: Item): boolean {
  return contentOffset(item) !== '' && contentOffset(item) !== undefined && item.deleted === undefined;
}

/** In the order in which they are offered. Who may only read still erases what is their own. */
export function actionsFor(item: Item, me: Author, rights: Rights): readonly Action[] {
  if (!hasActions(item)) return [];
  const own = item.kind === 'message' ? item.author.id === me.id : item.askedBy === me.id;
  const writes = rights !== 'read';
  const actions: Action[] = writes ? ['react', 'reply'] : [];
  if (item.text !== '') actions.push('copy');
  if (item.kind === 'message' && own && writes) actions.push('edit');
  if (item.kind === 'reply' && writes) actions.push('again');
  if (own || rights === 'moderate') actions.push('delete');
  return actions;
}

/** When another text of one's own message can be asked as well as saved. */
export type Asks = 'always' | 'named' | 'never';

/** @param replies when the assistant answers in the room */
export function asksWhenEdited(
  { offset }: MessageItem,
  items: readonly Item[],
  replies: 'Always' | 'Mention' | 'Never',
): Asks {
  if (replies === 'Never') return 'never';
  const answered = items.some((each) => each.kind === 'reply' && each.replyTo === offset);
  return replies === 'Always' || answered ? 'always' : 'named';
}

/** The message that "edit the last one" means. */
export function lastOwnMessage(items: readonly Item[], me: Author): Item | undefined {
  return items.findLast((item) => item.kind === 'message' && actionsFor(item, me, 'write').includes('edit'));
}

/** Whether a person's own reaction is there: the next click takes it back. */
export function hasReacted({ reactions }: Item, emoji: string, me: Author): boolean {
  return reactions?.some((each) => each.emoji === emoji && each.people.some(({ id }) => id === me.id)) ?? false;
}
