/** The rooms as a list shows them: what the server listed, and what was heard since. Pure. */
import { isBefore, laterOf } from '../../runtime/protocol/offset.ts';
import type { ServerFrame } from '../../runtime/protocol/frames.ts';
import type { Config, RoomInfo } from '../../runtime/protocol/rest.ts';

export type RoomEntry = Pick<RoomInfo, 'name' | 'title' | 'kind' | 'lock' | 'unread' | 'replies' | 'moderator'> & {
  /** Up to here the messages are counted by the server, or seen; unknown until the server listed the room. */
  readonly top?: string | undefined;
  /** Offsets of the messages that were heard of since, in no order; they are among the unread. */
  readonly news?: readonly string[];
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
      const told = frame.rooms.find((each) => each.room === room.name);
      return told === undefined || room.name === open ? room : withNews(room, told.offsets ?? [told.top]);
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
    return room.name === frame.room && isAll ? read(room, frame.offset) : room;
  });
}

/** What the server lists, and what was heard of a room that is newer than that. */
export function listed(rooms: readonly RoomEntry[], known: readonly RoomEntry[]): readonly RoomEntry[] {
  return rooms.map((room) => {
    const before = known.find(({ name }) => name === room.name);
    const top = laterOf(room.top, before?.top);
    // Seen to an end that the server did not know yet when it listed the room.
    if (top !== room.top) return { ...room, top, news: before?.news ?? [], unread: before?.unread ?? 0 };
    return withNews(room, before?.news ?? []);
  });
}

/** A room was opened: what is in it is seen. */
export function opened(rooms: readonly RoomEntry[], name: string): readonly RoomEntry[] {
  return rooms.map((room) => {
    if (room.name !== name) return room;
    const { news = [], top } = room;
    return { ...room, unread: 0, news: [], top: news.reduce<string | undefined>(laterOf, top) };
  });
}

/** Each message counts once, however often and in whichever order it is told. */
function withNews(room: RoomEntry, offsets: readonly string[]): RoomEntry {
  const { top, news = [] } = room;
  const fresh = offsets.filter((offset) => !news.includes(offset) && (top === undefined || isBefore(top, offset)));
  if (fresh.length === 0) return room;
  const unread = Math.min(MANY_UNREAD, room.unread + fresh.length);
  return { ...room, unread, news: [...news, ...fresh].slice(-MANY_UNREAD) };
}

/** Read up to an offset that is not before what the server counted. */
function read(room: RoomEntry, offset: string): RoomEntry {
  const news = room.news?.filter((each) => isBefore(offset, each)) ?? [];
  return { ...room, top: laterOf(room.top, offset), unread: news.length, news };
}
