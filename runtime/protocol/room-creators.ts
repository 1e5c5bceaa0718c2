import type { Author } from './entries.ts';
import type { Config } from './rest.ts';

/** Whether somebody may make rooms; those of two people may be made by everybody. Pure: the page hides what is refused. */
export function mayMakeRooms(creators: Config['roomCreators'], role: Author['role']): boolean {
  switch (creators) {
    case 'Everybody':
      return true;
    case 'Members':
      return role === 'member' || role === 'admin';
    case 'Admins':
      return role === 'admin';
    case 'Nobody':
      return false;
  }
}
