/**
 * What a process tells the others for people who are looking elsewhere: messages and mentions that it appended, and what
 * people read. Gathered for a moment: many messages cost few signals.
 */
import { log, wordsOf } from '../log.ts';
import type { Author } from '../protocol/entries.ts';
import { laterOf } from '../protocol/offset.ts';
import type { NewEntry, News, RoomLog, Store } from '../store/port.ts';
import { MOST_TOLD } from '../store/port.ts';
import type { Directory } from './directory.ts';

const GATHER_MS = 100;
/** Of a message in which somebody is named. */
const EXCERPT = 200;

interface Activity {
  readonly top: string;
  readonly messages: number;
  readonly offsets: readonly string[];
}

export class Notices {
  readonly #store: Store;
  readonly #directory: Directory;
  #activity = new Map<string, Activity>();
  #mentions: News['mentions'][number][] = [];
  /** The last of each person in each room. */
  #reads = new Map<string, News['reads'][number]>();
  #timer: NodeJS.Timeout | undefined;

  constructor(store: Store, directory: Directory) {
    this.#store = store;
    this.#directory = directory;
  }

  /** The log, with a notice of each message and reply that is appended by way of it. */
  watched(log: RoomLog): RoomLog {
    return {
      append: async (room, key, entry, retention) => {
        const appended = await log.append(room, key, entry, retention);
        if (!appended.duplicate) this.#appended(room, entry, appended.offset);
        return appended;
      },
      post: async (room, key, entry, retention, buckets) => {
        const posted = await log.post(room, key, entry, retention, buckets);
        if ('offset' in posted && !posted.duplicate) this.#appended(room, entry, posted.offset);
        return posted;
      },
      find: log.find.bind(log),
      change: log.change.bind(log),
      position: log.position.bind(log),
      after: log.after.bind(log),
      before: log.before.bind(log),
      trim: log.trim.bind(log),
      clear: log.clear.bind(log),
      erase: log.erase.bind(log),
    };
  }

  /**
   * Remembers that a person has read up to an offset, and tells their other connections; in a room of two the other one too.
   * @param connection the one that said so. @throws StoreUnavailable
   */
  async read(room: string, user: Author, offset: string, connection: string): Promise<void> {
    if ((await this.#store.reads.move(room, user.id, offset)) === 'kept') return;
    const found = await this.#directory.find(room);
    const tell = found?.kind === 'direct' ? found.members.map(({ id }) => id) : [user.id];
    this.#reads.set(`${room} ${user.id}`, { room, user: user.id, offset, tell, except: connection });
    this.#soon();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #appended(room: string, entry: NewEntry, offset: string): void {
    if (entry.kind !== 'message' && entry.kind !== 'run-end') return;
    const { top, messages = 0, offsets = [] } = this.#activity.get(room) ?? {};
    this.#activity.set(room, {
      top: laterOf(top, offset),
      messages: messages + 1,
      offsets: [...offsets, offset].slice(-MOST_TOLD),
    });
    if (entry.kind === 'message' && entry.mentions !== undefined && entry.mentions.length > 0) {
      const { author, text, mentions: users } = entry;
      this.#mentions.push({ room, offset, author, text: text.slice(0, EXCERPT), users });
    }
    this.#soon();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // Only a hint: whoever misses it sees the counts with the next look at the rooms.
      this.#tell().catch((error: unknown) => log.debug('news could not be told', { error: wordsOf(error) }));
    }, GATHER_MS);
  }

  async #tell(): Promise<void> {
    const [activity, mentions, reads] = [[...this.#activity], this.#mentions, [...this.#reads.values()]];
    this.#activity = new Map();
    this.#mentions = [];
    this.#reads = new Map();
    const told = await Promise.all(activity.map(([room, news]) => this.#audienceOf(room, news)));
    await this.#store.control.publish({
      kind: 'news',
      reads,
      mentions,
      activity: told.filter((each) => each !== undefined),
    });
  }

  async #audienceOf(name: string, news: Activity): Promise<News['activity'][number] | undefined> {
    const room = await this.#directory.find(name);
    if (room === undefined) return undefined;
    if (room.kind !== 'public') return { room: name, ...news, only: room.members.map(({ id }) => id) };
    return { room: name, ...news, ...(room.banned.length > 0 && { except: room.banned.map(({ id }) => id) }) };
  }
}
