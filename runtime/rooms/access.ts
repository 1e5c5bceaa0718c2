/** A room as it is now, and who may do what there. Pure. */
import type { Author, NameOnly } from '../protocol/entries.ts';
import { Refusal } from './refusal.ts';

export interface Room {
  readonly name: string;
  readonly title: string;
  readonly model: string;
  readonly systemPrompt: string;
  readonly replies: 'Always' | 'Mention' | 'Never';
  readonly kind: 'public' | 'private' | 'direct';
  /** `chat`: declared with the chat, and changed there only. */
  readonly origin: 'chat' | 'people';
  readonly lock: 'open' | 'locked';
  /** Id of the person who moderates it; empty when none of its people does. */
  readonly owner: string;
  /** Of private and direct rooms. */
  readonly members: readonly NameOnly[];
  readonly banned: readonly NameOnly[];
}

type Person = Pick<Author, 'id' | 'role'>;

const includes = (people: readonly NameOnly[], { id }: Person): boolean => people.some((each) => each.id === id);

/** Whether a room exists for a person. Whoever is banned from a public one knows that it is there, and gets nothing of it. */
export function maySee({ kind, members }: Room, person: Person): boolean {
  return kind === 'public' || includes(members, person);
}

export function isBanned({ banned }: Room, person: Person): boolean {
  return includes(banned, person);
}

/** Whether a person may change, lock and clear a room, and send people out: who made it, and administrators who can see it. */
export function mayModerate(room: Room, person: Person): boolean {
  if (room.kind === 'direct' || !maySee(room, person)) return false;
  return room.owner === person.id || person.role === 'admin';
}

/** What somebody gets who asks for a room that does not exist, for them or at all. */
export const noRoom = (name: string): Refusal => new Refusal('NotFound', `There is no room "${name}".`);

/** @throws Refusal when the room is locked and the person does not moderate it */
export function checkWriting(room: Room, person: Person): void {
  if (room.lock === 'open' || mayModerate(room, person)) return;
  throw new Refusal('Locked', 'This room is locked: only its moderators write here.');
}
