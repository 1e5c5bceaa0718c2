/** New messages in rooms that connections have not joined: gathered, and told now and then. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ServerFrame } from '../protocol/frames.ts';
import { laterOf } from '../protocol/offset.ts';
import type { News } from '../store/port.ts';
import { MOST_TOLD } from '../store/port.ts';
import type { Connection } from './connection.ts';
import { frameText } from './framing.ts';

type Told = News['activity'][number] & { readonly offsets: readonly string[] };

/** The first word comes soon; while there are many, they come seldom: each goes to nearly everybody. */
const TELL_MS = { first: 300, next: 3000 };
/** So many connections are told at once, and all of them within this time: 300 at once kept messages waiting for 0.1 s. */
const SPREAD = { atOnce: 8, ms: 1000 };

/** As much of a connection as is needed to tell it something. */
export type Listener = Pick<Connection, 'user' | 'rooms' | 'deliver'>;

export class Activity {
  readonly #connections: () => Iterable<Listener>;
  #gathered = new Map<string, Told>();
  #timer: NodeJS.Timeout | undefined;
  #toldAt = -TELL_MS.next;

  constructor(connections: () => Iterable<Listener>) {
    this.#connections = connections;
  }

  add(news: News['activity']): void {
    for (const each of news) {
      const known = this.#gathered.get(each.room);
      const top = laterOf(known?.top, each.top);
      const messages = each.messages + (known?.messages ?? 0);
      const offsets = [...(known?.offsets ?? []), ...(each.offsets ?? [each.top])].slice(-MOST_TOLD);
      this.#gathered.set(each.room, { ...each, top, messages, offsets });
    }
    if (this.#gathered.size === 0) return;
    const wait = Math.max(TELL_MS.first, this.#toldAt + TELL_MS.next - performance.now());
    this.#timer ??= setTimeout(() => void this.#tell(), wait);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  async #tell(): Promise<void> {
    const gathered = [...this.#gathered.values()];
    this.#gathered = new Map();
    this.#timer = undefined;
    this.#toldAt = performance.now();
    // Most connections are in the same few rooms: their frame is made once.
    const frames = new Map<string, Buffer>();
    const connections = [...this.#connections()];
    const pause = (SPREAD.ms * SPREAD.atOnce) / connections.length;
    for (const [n, connection] of connections.entries()) {
      if (n > 0 && n % SPREAD.atOnce === 0) await delay(pause, undefined, { ref: false });
      const rooms = gathered.filter((each) => concerns(each, connection));
      if (rooms.length === 0) continue;
      const key = rooms.map(({ room }) => room).join(' ');
      const frame = frames.get(key) ?? frameText(JSON.stringify(frameOf(rooms)));
      frames.set(key, frame);
      connection.deliver(frame, 'frame');
    }
  }
}

function concerns({ room, only, except }: Told, { user, rooms }: Listener): boolean {
  if (rooms.has(room)) return false;
  return only === undefined ? except?.includes(user.id) !== true : only.includes(user.id);
}

function frameOf(rooms: readonly Told[]): ServerFrame {
  return {
    type: 'activity',
    rooms: rooms.map(({ room, top, messages, offsets }) => ({ room, top, messages, offsets: [...offsets] })),
  };
}
