/** What people may make of rooms. Pure. */
import type { RuntimeConfig } from '../config.ts';
import type { Author } from '../protocol/entries.ts';
import { Refusal } from './refusal.ts';

type UserRooms = NonNullable<RuntimeConfig['userRooms']>;

const BY_DEFAULT: UserRooms = { creators: 'Everybody', maxRooms: 2000, maxPerPerson: 20 };

export const userRoomsOf = ({ userRooms = BY_DEFAULT }: Pick<RuntimeConfig, 'userRooms'>): UserRooms => userRooms;

/** @throws Refusal with `Forbidden` and who may, when this person may not */
export function checkCreator({ creators }: UserRooms, { role }: Pick<Author, 'role'>): void {
  switch (creators) {
    case 'Everybody':
      return;
    case 'Members':
      if (role === 'member' || role === 'admin') return;
      throw new Refusal('Forbidden', 'In this chat rooms are made by people with an account, not by guests.');
    case 'Admins':
      if (role === 'admin') return;
      throw new Refusal('Forbidden', 'In this chat rooms are made by its administrators: ask one of them.');
    case 'Nobody':
      throw new Refusal('Forbidden', 'In this chat nobody makes rooms: its rooms are declared with it.');
  }
}
