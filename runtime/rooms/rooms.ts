/** The rooms of a chat as one process serves them: opened when the first member joins, closed after the last left. */
import type { Position, ServerFrame } from '../protocol/frames.ts';
import { PAGE_SIZE } from '../protocol/frames.ts';
import type { Author } from '../protocol/entries.ts';
import type { Retention } from '../store/port.ts';
import { log, wordsOf } from '../log.ts';
import type { ChannelContext } from './channel.ts';
import { Channel } from './channel.ts';
import { noRoom } from './access.ts';
import type { Directory } from './directory.ts';
import { entryJson } from './entry-json.ts';
import type { Member } from './member.ts';
import { People, PRESENCE_RENEWAL_MS } from './people.ts';

interface OpenRoom {
  readonly channel: Channel;
  readonly people: People;
  readonly ready: Promise<void>;
  /** Those that joined or are about to. */
  readonly members: Set<Member>;
}

/** How often each open room's position is compared with its log. */
const CHECK_EVERY_MS = 15_000;
/** How often old entries are dropped where nothing new comes. */
const TRIM_EVERY_MS = 10 * 60_000;

export class Rooms {
  readonly #context: ChannelContext;
  readonly #process: string;
  readonly #directory: Pick<Directory, 'names'>;
  readonly #retention: Retention;
  readonly #open = new Map<string, OpenRoom>();
  readonly #timers: NodeJS.Timeout[];

  constructor(context: ChannelContext, process: string, directory: Pick<Directory, 'names'>, retention: Retention) {
    this.#context = context;
    this.#process = process;
    this.#directory = directory;
    this.#retention = retention;
    this.#timers = [
      setInterval(() => this.#each('check', (room) => room.channel.check()), CHECK_EVERY_MS),
      setInterval(() => this.#each('renew', (room) => room.people.renew()), PRESENCE_RENEWAL_MS),
      setInterval(() => void this.#trim(), TRIM_EVERY_MS),
    ];
    context.store.onRecovered(() => {
      this.#each('check', (room) => room.channel.check());
      this.#each('renew', (room) => room.people.renew());
    });
  }

  /**
   * Lets a member follow a room: one `joined` frame, then every entry after it in order.
   * @throws StoreUnavailable; the member is then not in the room
   */
  async join(member: Member, room: string, id: number, since: Position | undefined): Promise<void> {
    const open = this.#acquire(room);
    // Counted before anything is awaited, so that a connection which closes meanwhile is counted out again.
    const entered = open.members.has(member) ? undefined : open.people.enter(member.user);
    open.members.add(member);
    open.channel.leave(member);
    try {
      await Promise.all([open.ready, entered]);
      const { store, encode } = this.#context;
      open.channel.hold(member);
      const { entries, ...page } = await open.channel.firstPage(since);
      const [runs, mark] = await Promise.all([store.runs.active(room), store.reads.of(room, member.user.id)]);
      // Sent out, or gone, in the meantime.
      if (!open.members.has(member)) throw noRoom(room);
      const read = mark === undefined ? {} : { read: mark };
      const people = [...open.people.with(member.user)];
      const frame = { type: 'joined', id, room, ...page, entries: [], runs, people, ...read } satisfies ServerFrame;
      member.deliver(encode(withEntries(frame, entries.map(entryJson))), 'frame');
      await open.channel.follow(member, page.epoch, page.offset);
      if (!open.members.has(member)) open.channel.leave(member);
    } catch (error) {
      this.leave(member, room);
      throw error;
    }
  }

  leave(member: Member, room: string): void {
    const open = this.#open.get(room);
    if (open?.members.delete(member) !== true) return;
    open.channel.leave(member);
    open.people
      .leave(member.user)
      .catch((error: unknown) => log.debug('a lease ends by itself', { error: wordsOf(error) }));
    if (open.members.size > 0) return;
    this.#open.delete(room);
    open.channel.close();
    open.people.close();
  }

  /** Tells everybody in a room that a person types. */
  async typing(room: string, user: Author): Promise<void> {
    const frame: ServerFrame = { type: 'typing', room, user };
    await this.#context.store.rooms.publish(room, { kind: 'frame', json: JSON.stringify(frame) });
  }

  /** One page before an offset as JSON of a list, and whether there is more. */
  async history(room: string, before: string | undefined): Promise<{ entries: string; hasMore: boolean }> {
    const { entries } = await this.#context.store.log.before(room, before, PAGE_SIZE + 1);
    const page = entries.slice(-PAGE_SIZE);
    return { entries: `[${page.map(entryJson).join(',')}]`, hasMore: entries.length > page.length };
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const { channel, people } of this.#open.values()) {
      channel.close();
      people.close();
    }
  }

  #acquire(room: string): OpenRoom {
    const known = this.#open.get(room);
    if (known !== undefined) return known;
    const people: People = new People(this.#context.store, this.#process, room, (list) => {
      const frame: ServerFrame = { type: 'people', room, people: [...list] };
      channel.broadcast(JSON.stringify(frame));
    });
    const channel: Channel = new Channel(room, this.#context, () => people.changed(channel.size));
    const ready = channel.open().then(() => people.refresh());
    const open = { channel, people, ready, members: new Set<Member>() };
    this.#open.set(room, open);
    return open;
  }

  #each(what: string, step: (room: OpenRoom) => Promise<void>): void {
    for (const [name, room] of this.#open) {
      step(room).catch((error: unknown) =>
        log.debug('a room waits for the store', { what, room: name, error: wordsOf(error) }),
      );
    }
  }

  /** One after the other: there may be many. */
  async #trim(): Promise<void> {
    const { store } = this.#context;
    try {
      for (const room of await this.#directory.names()) await store.log.trim(room, this.#retention);
    } catch (error) {
      log.debug('old entries stay for now', { error: wordsOf(error) });
    }
  }
}

/** The frame with its entries, whose JSON exists already. */
function withEntries(frame: { entries: never[] }, entries: readonly string[]): string {
  return JSON.stringify(frame).replace('"entries":[]', () => `"entries":[${entries.join(',')}]`);
}
