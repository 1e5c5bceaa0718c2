/** Whom a text names with `@name`. */
import { accountKey } from '../auth/names.ts';
import type { Author, NameOnly } from '../protocol/entries.ts';
import type { Store } from '../store/port.ts';
import type { Room } from './access.ts';
import { isBanned } from './access.ts';
import { presentPeople } from './acquaintances.ts';

/** What one message can cost: names in it, and words that a name of an account has. */
const MOST_NAMED = 10;
const MOST_WORDS = 3;

/** Ids of the people whom a text names, the longest names first: `@Ann Smith` is not also Ann. Pure. */
export function mentioned(text: string, people: readonly NameOnly[]): string[] {
  let left = text;
  const ids: string[] = [];
  for (const { id, name } of people.toSorted((a, b) => b.name.length - a.name.length)) {
    const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const rest = left.replace(new RegExp(`(?<![\\p{L}\\p{N}])@${escaped}(?![\\p{L}\\p{N}])`, 'giu'), ' ');
    if (rest !== left && !ids.includes(id)) ids.push(id);
    left = rest;
  }
  return ids.slice(0, MOST_NAMED);
}

/** Whether it has to be looked whom a text names. Pure. */
export const mayName = (text: string): boolean => text.includes('@');

/**
 * Ids of those who can see the room and are named: its members; in a public one who is here now or has an account.
 * @throws StoreUnavailable
 */
export async function mentionsIn(store: Store, room: Room, author: Author, text: string): Promise<string[]> {
  if (!mayName(text)) return [];
  const people = room.kind === 'public' ? await publicPeople(store, text) : room.members;
  const others = people.filter(({ id }) => id !== author.id);
  const ids = mentioned(text, others);
  return ids.filter((id) => !isBanned(room, { id, role: 'guest' }));
}

async function publicPeople(store: Store, text: string): Promise<NameOnly[]> {
  const [present, accounts] = await Promise.all([
    presentPeople(store),
    Promise.all(candidates(text).map((name) => store.accounts.findByKey(accountKey(name)))),
  ]);
  return [...present, ...accounts.filter((account) => account !== undefined)];
}

/** What comes after each `@`, as one to three words. */
function candidates(text: string): string[] {
  const after = text.split('@').slice(1, MOST_NAMED + 1);
  const names = after.flatMap((part) => {
    const words = part.slice(0, 200).match(/[\p{L}\p{N}][^\s,;:!?]*/gu) ?? [];
    return Array.from({ length: Math.min(words.length, MOST_WORDS) }, (_, n) => words.slice(0, n + 1).join(' '));
  });
  return [...new Set(names.map((name) => name.replace(/[.)\]}'"]+$/u, '')))].filter((name) => name !== '');
}
