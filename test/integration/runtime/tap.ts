/** A wire between backends and a real Ollama on which a test sees each chat request open and close, and can hold its answer. */
import net from 'node:net';
import type { AddressInfo } from 'node:net';

export interface TappedChat {
  /** Milliseconds of `performance.now()`. */
  readonly openedAt: number;
  /** When the first bytes of the answer came. */
  answeredAt: number | undefined;
  closedAt: number | undefined;
  /** What the model was asked, as it went over the wire. */
  request: string;
}

export class Tap {
  readonly chats: TappedChat[] = [];
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();
  #held: { client: net.Socket; data: Buffer }[] | undefined;
  #everyMs = 0;
  #spoiled: string | undefined;

  constructor(server: net.Server) {
    this.#server = server;
  }

  static async start(target: string): Promise<Tap> {
    const { hostname, port } = new URL(target);
    const server = net.createServer();
    const tap = new Tap(server);
    server.on('connection', (client) => tap.#connect(client, net.connect(Number(port), hostname)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return tap;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on answers to chat requests do not arrive. */
  hold(): void {
    this.#held = [];
  }

  release(): void {
    for (const { client, data } of this.#held ?? []) client.write(data);
    this.#held = undefined;
  }

  /** From now on an answer to a chat request comes by one piece in so many milliseconds: a reply then lasts as long as a test needs. */
  pace(everyMs: number): void {
    this.#everyMs = everyMs;
  }

  /** From now on this comes instead of the answer to a chat request, then the connection ends; the real answer without an argument. */
  spoil(answer?: string): void {
    this.#spoiled = answer;
  }

  stop(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #deliver(client: net.Socket, data: Buffer): void {
    if (this.#held === undefined) client.write(data);
    else this.#held.push({ client, data });
  }

  #connect(client: net.Socket, upstream: net.Socket): void {
    let chat: TappedChat | undefined;
    let nextAt = 0;
    /** Does it when the piece of an answer is due. */
    const inTime = (act: () => void): void => {
      const now = performance.now();
      nextAt = Math.max(now, nextAt + this.#everyMs);
      if (chat === undefined || nextAt <= now) act();
      else setTimeout(act, nextAt - now);
    };
    client.on('data', (data) => {
      if (data.toString('latin1').startsWith('POST /api/chat')) {
        chat = { openedAt: performance.now(), answeredAt: undefined, closedAt: undefined, request: '' };
        this.chats.push(chat);
      }
      if (chat !== undefined) chat.request += data.toString();
      upstream.write(data);
    });
    upstream.on('data', (data) => {
      if (chat !== undefined) chat.answeredAt ??= performance.now();
      if (chat !== undefined && this.#spoiled !== undefined) client.end(this.#spoiled);
      else inTime(() => (chat === undefined ? client.write(data) : this.#deliver(client, data)));
    });
    client.on('close', () => {
      if (chat !== undefined) chat.closedAt = performance.now();
      upstream.destroy();
    });
    upstream.on('close', () => inTime(() => client.end()));
    for (const socket of [client, upstream]) {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy()).on('close', () => this.#sockets.delete(socket));
    }
  }
}
