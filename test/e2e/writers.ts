/** People who write all the time, with the same client as a page has. */
import { WebSocket as NodeSocket } from 'ws';
import { ChatClient } from '../../runtime/protocol/client.ts';
import { socketsOf } from '../../runtime/protocol/socket.ts';
import { enter } from '../integration/runtime/chat-client.ts';
import { until } from '../testbed/wait.ts';

const EVERY_MS = 150;
const ROOM = 'general';

async function client(url: string, name: string): Promise<ChatClient> {
  const cookie = await enter(url, name);
  const open = (address: string): WebSocket => {
    const socket = new NodeSocket(address, { headers: { cookie } });
    // The client hears of it by `close`.
    socket.on('error', () => undefined);
    return socket as unknown as WebSocket;
  };
  const made = new ChatClient({ url: `${url.replace('http', 'ws')}/ws`, openSocket: socketsOf(open) });
  made.connect();
  made.join(ROOM);
  await until(`${name} is in the room`, () => made.room(ROOM).phase === 'ready', { timeout: 30_000 });
  return made;
}

export class Writer {
  readonly name: string;
  /** Versions of the backends that this person was connected to. */
  readonly versions = new Set<string>();
  readonly #client: ChatClient;
  readonly #timer: NodeJS.Timeout;
  #sent = 0;

  private constructor(name: string, chat: ChatClient) {
    this.name = name;
    this.#client = chat;
    this.#timer = setInterval(() => this.#write(), EVERY_MS);
  }

  static async start(url: string, name: string): Promise<Writer> {
    return new Writer(name, await client(url, name));
  }

  get sent(): number {
    return this.#sent;
  }

  #write(): void {
    const { link } = this.#client;
    if (link.phase === 'connected') this.versions.add(link.version);
    this.#client.send(ROOM, `${this.name} ${(this.#sent += 1)}`);
  }

  /** Writes no more, and waits until all is acknowledged and in the log. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    const done = () => this.#client.unsent(ROOM).length === 0;
    await until(`all of ${this.name} has arrived`, done, { timeout: 60_000 });
    this.#client.close();
  }
}

/** All messages of the room, as somebody reads them who comes later. */
export async function readBack(url: string): Promise<string[]> {
  const reader = await client(url, `Reader ${Date.now()}`);
  const isWhole = async (): Promise<boolean> => {
    await reader.loadOlder(ROOM);
    return !reader.room(ROOM).hasMore;
  };
  await until('the room is read', isWhole, { timeout: 120_000, every: 1 });
  const { items } = reader.room(ROOM);
  reader.close();
  return items.flatMap((item) => (item.kind === 'message' ? [item.text] : []));
}
