/** The rooms as a list shows them: what the server listed, and what was heard since. Pure. */
import { isBefore, laterOf } from '../../runtime/protocol/offset.ts';
import type { ServerFrame } from '../../runtime/protocol/frames.ts';
import type { Config, RoomInfo } from '../../runtime/protocol/rest.ts';

export type RoomEntry = Pick<RoomInfo, 'name' | 'title' | 'kind' | 'lock' | 'unread' | 'replies' | 'moderator'> & {
  /** Offset of the newest message; unknown until the server listed the room. */
  readonly top?: string | undefined;
};

/** The server counts no further; beyond, there are many. */
export const MANY_UNREAD = 100;

/** Until the server has listed them: those of the chat itself. */
export function entriesOf({ rooms, assistant }: Config): readonly RoomEntry[] {
  const common = { kind: 'public', lock: 'open', unread: 0, moderator: 'no', replies: assistant.replies } as const;
  return rooms.map(({ name, title }) => ({ ...common, name, title }));
}

/** Whose list it is. */
export interface Reader {
  /** Id of the person. */
  readonly me: string;
  /** The room on screen, which is read as it grows. */
  readonly open: string;
}

/** After a frame; the same list when the frame is of no concern. */
export function heard(rooms: readonly RoomEntry[], frame: ServerFrame, { me, open }: Reader): readonly RoomEntry[] {
  if (frame.type === 'activity') {
    return rooms.map((room) => {
      const news = frame.rooms.find((each) => each.room === room.name);
      if (news === undefined || room.name === open) return room;
      // The list that the server gave meanwhile may have it already.
      if (room.top !== undefined && !isBefore(room.top, news.top)) return room;
      return { ...room, top: news.top, unread: Math.min(MANY_UNREAD, room.unread + news.messages) };
    });
  }
  // Read as it comes; activity that tells of it later, in another room, is no news then.
  if (frame.type === 'entry') {
    return frame.room === open
      ? rooms.map((room) => (room.name === open ? { ...room, top: laterOf(room.top, frame.entry.offset) } : room))
      : rooms;
  }
  // In a room of two the other one's reading is told, too.
  if (frame.type !== 'read' || frame.user !== me) return rooms;
  return rooms.map((room) => {
    const isAll = room.top !== undefined && !isBefore(frame.offset, room.top);
    return room.name === frame.room && isAll ? { ...room, unread: 0 } : room;
  });
}

/** What the server lists, unless something newer was heard of a room since it was asked. */
export function listed(rooms: readonly RoomEntry[], known: readonly RoomEntry[]): readonly RoomEntry[] {
  return rooms.map((room) => {
    const before = known.find(({ name }) => name === room.name);
    const top = laterOf(room.top, before?.top);
    return top === room.top ? room : { ...room, top, unread: before?.unread ?? 0 };
  });
}

/** A room was opened: what is in it is seen. */
export function opened(rooms: readonly RoomEntry[], name: string): readonly RoomEntry[] {
  return rooms.map((room) => (room.name === name ? { ...room, unread: 0 } : room));
}
