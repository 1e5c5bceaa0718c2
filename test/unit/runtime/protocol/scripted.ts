/** A world for the client that a test moves by hand: time, sockets, and a server that says what the test says. */
import type { ClientOptions } from '../../../../runtime/protocol/client.ts';
import { ChatClient } from '../../../../runtime/protocol/client.ts';
import type { Entry } from '../../../../runtime/protocol/entries.ts';
import type { ClientFrame, ServerFrame } from '../../../../runtime/protocol/frames.ts';
import { clientFrameSchema, serverFrameSchema } from '../../../../runtime/protocol/frames.ts';
import type { Clock, KeyStore, SocketEvents } from '../../../../runtime/protocol/socket.ts';
import { memoryKeyStore } from '../../../../runtime/protocol/socket.ts';

export const ann = { id: 'u-ann', name: 'Ann', role: 'guest' } as const;
export const bob = { id: 'u-bob', name: 'Bob', role: 'guest' } as const;

export class ManualClock implements Clock {
  #now = 1_000_000;
  #timers: { at: number; action: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, action: () => void): () => void {
    const timer = { at: this.#now + milliseconds, action };
    this.#timers.push(timer);
    return () => (this.#timers = this.#timers.filter((each) => each !== timer));
  }

  /** Lets time pass, timers in their order, and everything that waits for a promise in between. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      await settled();
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#now = Math.max(this.#now, next.at);
      next.action();
    }
    this.#now = end;
  }
}

/** Resolves after every promise that is ready has had its turn. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** One connection, seen from the server. */
export class ServerSide {
  readonly received: ClientFrame[] = [];
  readonly events: SocketEvents;
  closed = false;

  constructor(events: SocketEvents) {
    this.events = events;
  }

  say(frame: ServerFrame): void {
    this.events.received(JSON.stringify(frame));
  }

  welcome(): void {
    this.say({ type: 'welcome', protocol: 1, user: ann, server: 'backend-0', version: 'v1' });
  }

  /** The frames of a type, oldest first. */
  of<T extends ClientFrame['type']>(type: T): Extract<ClientFrame, { type: T }>[] {
    return this.received.filter((frame): frame is Extract<ClientFrame, { type: T }> => frame.type === type);
  }

  /** Answers the last `join`. */
  joined(answer: Partial<Extract<ServerFrame, { type: 'joined' }>> = {}): void {
    const { id, room } = this.of('join').at(-1)!;
    const empty = { recovered: false, entries: [], hasMore: false, runs: [], people: [] };
    this.say({ type: 'joined', id, room, epoch: 'e1', offset: '5-0', ...empty, ...answer });
  }
}

export interface World {
  readonly client: ChatClient;
  readonly clock: ManualClock;
  readonly connections: ServerSide[];
  /** The newest connection. */
  readonly server: () => ServerSide;
}

export function world(options: { storage?: KeyStore; random?: () => number } = {}): World {
  const clock = new ManualClock();
  const connections: ServerSide[] = [];
  const settings: ClientOptions = {
    url: 'ws://test/ws',
    clock,
    storage: options.storage ?? memoryKeyStore(),
    random: options.random ?? (() => 0.5),
    decode: (value) => serverFrameSchema.parse(value),
    openSocket: (_url, events) => {
      const side = new ServerSide(events);
      connections.push(side);
      return {
        send: (text) => void side.received.push(clientFrameSchema.parse(JSON.parse(text))),
        close: () => (side.closed = true),
      };
    },
  };
  return { client: new ChatClient(settings), clock, connections, server: () => connections.at(-1)! };
}

export function message(
  offset: string,
  text: string,
  id = `message-${offset}`,
  author = bob as typeof ann | typeof bob,
): Entry {
  return { kind: 'message', offset, time: 1000, id, author, text };
}
