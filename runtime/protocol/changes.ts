/** What an edit, a deletion or a reaction makes of an item. Doing one twice changes nothing more. Pure. */
import type { Entry, NameOnly, Reaction } from './entries.ts';
import type { Item } from './room-log.ts';

type Change = Extract<Entry, { kind: 'edit' | 'delete' | 'react' }>;

export function withChange(item: Item, change: Change): Item {
  if (item.deleted !== undefined) return item;
  switch (change.kind) {
    case 'edit': {
      const { text, time, mentions } = change;
      const edited = { ...item, text, edited: time };
      return edited.kind === 'message' && mentions !== undefined ? { ...edited, mentions } : edited;
    }
    case 'delete': {
      const erased = { ...item, text: '', deleted: change.by, reactions: [] };
      return erased.kind === 'reply' && erased.thinking !== undefined ? { ...erased, thinking: '' } : erased;
    }
    case 'react':
      return { ...item, reactions: withReaction(item.reactions ?? [], change) };
  }
}

export interface ReactionChange {
  readonly emoji: string;
  readonly person: NameOnly;
  readonly action: 'add' | 'remove';
}

/** Emojis stay in the order of their first use; one that nobody uses any more is gone. */
export function withReaction(
  reactions: readonly Reaction[],
  { emoji, person, action }: ReactionChange,
): readonly Reaction[] {
  const known = reactions.find((each) => each.emoji === emoji);
  const others = (known?.people ?? []).filter(({ id }) => id !== person.id);
  const people = action === 'add' ? [...others, person] : others;
  if (known === undefined) return people.length === 0 ? reactions : [...reactions, { emoji, people }];
  return reactions.flatMap((each) => (each !== known ? [each] : people.length === 0 ? [] : [{ emoji, people }]));
}
