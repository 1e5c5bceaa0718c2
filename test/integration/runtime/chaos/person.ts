/** Somebody who writes through everything: the client of a page, with an outbox that outlives a reload. */
import assert from 'node:assert/strict';
import { WebSocket as NodeSocket } from 'ws';
import { ChatClient } from '../../../../runtime/protocol/client.ts';
import type { Author } from '../../../../runtime/protocol/entries.ts';
import { serverFrameSchema } from '../../../../runtime/protocol/frames.ts';
import type { KeyStore } from '../../../../runtime/protocol/socket.ts';
import { RestClient } from '../../../../runtime/protocol/rest-client.ts';
import { memoryKeyStore, socketsOf } from '../../../../runtime/protocol/socket.ts';
import { until } from '../../../testbed/wait.ts';
import { enter } from '../chat-client.ts';

/** Unsent at once, at most: what people write while the chat is away has an end too. */
const MOST_UNSENT = 20;

export class Person {
  readonly name: string;
  readonly rooms: readonly string[];
  /** Ids of what was written, by room, in the order of writing. */
  readonly written = new Map<string, string[]>();
  /** Places where a client got the log from its beginning although it had a position, in words. */
  readonly restarts: string[] = [];
  readonly #url: string;
  readonly #cookie: string;
  readonly #user: Author;
  readonly #store: KeyStore = memoryKeyStore();
  readonly #sockets = new Set<NodeSocket>();
  #client: ChatClient;

  private constructor(url: string, user: Author, cookie: string, rooms: readonly string[]) {
    this.#url = url;
    this.#user = user;
    this.name = user.name;
    this.#cookie = cookie;
    this.rooms = rooms;
    this.#client = this.#open();
  }

  static async enter(url: string, name: string, rooms: readonly string[]): Promise<Person> {
    const cookie = await enter(url, name);
    const { user } = await new RestClient({ url, headers: { cookie } }).session();
    return new Person(url, user, cookie, rooms);
  }

  /** How the link ended for good, which nothing here is a reason for. */
  get ended(): string | undefined {
    const { link } = this.#client;
    return link.phase === 'ended' ? `${this.name}: ${link.code} ${link.reason}` : undefined;
  }

  get isIn(): boolean {
    return this.rooms.every((room) => this.#client.room(room).phase === 'ready');
  }

  write(room: string, text: string): void {
    if (this.#client.unsent(room).length >= MOST_UNSENT) return;
    this.written.set(room, [...(this.written.get(room) ?? []), this.#client.send(room, text)]);
  }

  /** The network of this person is gone for a moment. */
  drop(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  /** The page is loaded anew: what was unsent is taken up, the room is read from its end. */
  reload(): void {
    this.#client.close();
    this.#client = this.#open();
  }

  /** The network is back: a page then tries at once, and so does this. */
  hurry(): void {
    this.#client.connect();
  }

  /** Waits until nothing is unsent. */
  async allSent(timeout: number): Promise<void> {
    const isDone = (): true => {
      this.hurry();
      const left = this.rooms.map((room) => this.#client.unsent(room).map(({ delivery }) => delivery));
      const phases = this.rooms.map((room) => this.#client.room(room).phase);
      assert.deepEqual({ left, phases }, { left: this.rooms.map(() => []), phases: this.rooms.map(() => 'ready') });
      return true;
    };
    await until(`all of ${this.name} is sent`, isDone, { timeout, hopeless: () => this.ended });
  }

  /** The ids of all that this person sees in a room; reads on where more is before it. */
  async seen(room: string): Promise<string[]> {
    this.hurry();
    while (this.isIn && this.#client.room(room).hasMore) await this.#client.loadOlder(room);
    return this.#client.room(room).items.map(({ key }) => key);
  }

  leave(): void {
    this.#client.close();
  }

  #open(): ChatClient {
    const client = new ChatClient({
      url: `${this.#url.replace('http', 'ws')}/ws`,
      openSocket: socketsOf((address) => this.#socket(address) as unknown as WebSocket),
      decode: (value) => serverFrameSchema.parse(value),
      storage: this.#store,
    });
    const joined = new Set<string>();
    client.frames.add((frame) => {
      if (frame.type !== 'joined') return;
      if (joined.has(frame.room) && !frame.recovered) this.restarts.push(`${this.name} in ${frame.room}`);
      joined.add(frame.room);
    });
    client.openOutbox(this.#user);
    client.connect();
    for (const room of this.rooms) client.join(room);
    return client;
  }

  #socket(address: string): NodeSocket {
    const socket = new NodeSocket(address, { headers: { cookie: this.#cookie } });
    this.#sockets.add(socket);
    // The client hears of it by `close`.
    socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
    return socket;
  }
}
