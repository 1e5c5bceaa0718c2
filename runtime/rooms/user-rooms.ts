/** What people may make of rooms. Pure. */
import type { RuntimeConfig } from '../config.ts';
import type { Author } from '../protocol/entries.ts';
import { mayMakeRooms } from '../protocol/room-creators.ts';
import { Refusal } from './refusal.ts';

type UserRooms = NonNullable<RuntimeConfig['userRooms']>;

const BY_DEFAULT: UserRooms = { creators: 'Everybody', maxRooms: 2000, maxPerPerson: 20 };

export const userRoomsOf = ({ userRooms = BY_DEFAULT }: Pick<RuntimeConfig, 'userRooms'>): UserRooms => userRooms;

const WHO = {
  Everybody: 'In this chat rooms are made by people.',
  Members: 'In this chat rooms are made by people with an account, not by guests.',
  Admins: 'In this chat rooms are made by its administrators: ask one of them.',
  Nobody: 'In this chat nobody makes rooms: its rooms are declared with it.',
};

/** @throws Refusal with `Forbidden` and who may, when this person may not */
export function checkCreator({ creators }: UserRooms, { role }: Pick<Author, 'role'>): void {
  if (!mayMakeRooms(creators, role)) throw new Refusal('Forbidden', WHO[creators]);
}
