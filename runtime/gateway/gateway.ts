/** WebSockets of one backend: admission, heartbeats, frames in, and an orderly end. */
import type { IncomingMessage, Server } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import type { Sessions } from '../auth/sessions.ts';
import { log, wordsOf } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { CLOSE, MAX_FRAME_BYTES, PROTOCOL_VERSION } from '../protocol/frames.ts';
import type { Author } from '../protocol/entries.ts';
import type { ControlBus, ControlSignal } from '../store/port.ts';
import type { Doorkeeper } from './admission.ts';
import { Audience } from './audience.ts';
import type { Identity } from './connection.ts';
import { Connection } from './connection.ts';
import { Heartbeat } from './heartbeat.ts';
import { Inbox } from './inbox.ts';
import type { Services } from './requests.ts';

export interface GatewayContext {
  /** Name of this process, shown to clients. */
  readonly name: string;
  readonly version: string;
  readonly services: Services;
  readonly doorkeeper: Doorkeeper;
  readonly sessions: Sessions;
  readonly control: ControlBus;
  readonly metrics: Metrics;
}

/** Browsers send a message whole; each fragment costs many times its bytes until the last one is there. */
const MAX_FRAGMENTS = 64;
/** A client that was told to go spreads its return over this time. */
const RETURN_WITHIN_MS = 1000;

const ENDED = { code: CLOSE.unauthorized, reason: 'the session ended' } as const;
/** Connects again at once, and is somebody else then. */
const CHANGED = { code: CLOSE.restarting, reason: 'the person has another name or role' } as const;

/** How a connection ends by what concerns all rooms, if it does. */
function endFor({ session, user }: Identity, signal: ControlSignal): typeof ENDED | typeof CHANGED | undefined {
  switch (signal.kind) {
    case 'session-ended':
      return session === signal.session ? ENDED : undefined;
    case 'user-out':
      return user.id === signal.user && session !== signal.except ? ENDED : undefined;
    case 'user-changed':
      return user.id === signal.user && session !== signal.except ? CHANGED : undefined;
    case 'wake':
    case 'stop':
    case 'room-changed':
    case 'news':
      return undefined;
  }
}

function isSame(one: Author, other: Author): boolean {
  return one.name === other.name && one.role === other.role;
}

export class Gateway {
  readonly #context: GatewayContext;
  readonly #connections = new Set<Connection>();
  readonly #audience: Audience;
  readonly #heartbeat: Heartbeat<Connection>;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    maxFragments: MAX_FRAGMENTS,
    perMessageDeflate: false,
    clientTracking: false,
  });
  #draining = false;

  constructor(context: GatewayContext) {
    this.#context = context;
    this.#audience = new Audience(context.services.rooms);
    this.#heartbeat = new Heartbeat((connection) => {
      this.#renew(connection).catch((error: unknown) => {
        log.debug('a connection is not renewed while the store is away', { error: wordsOf(error) });
      });
    });
  }

  /** Serves upgrades of an HTTP server, and hears of sessions that end elsewhere. */
  attach(server: Server): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => socket.destroy());
      this.#upgrade(request, socket, head).catch((error: unknown) => {
        log.error('a handshake failed', { error: wordsOf(error) });
        socket.destroy();
      });
    });
  }

  /** @throws StoreUnavailable */
  async listen(): Promise<void> {
    await this.#context.control.subscribe((signal) => {
      if (signal.kind === 'room-changed') this.#audience.roomChanged(signal);
      if (signal.kind === 'news') this.#audience.news(signal);
      for (const connection of this.#connections) {
        const end = endFor(connection, signal);
        if (end !== undefined) connection.close(end.code, end.reason);
      }
    });
  }

  /** Sends every client away within a time, spread evenly, and takes no new ones. */
  async drain(withinMs: number): Promise<void> {
    this.#draining = true;
    const leaving = [...this.#connections].map(async (connection) => {
      connection.send({ type: 'restarting', delayMs: Math.floor(Math.random() * RETURN_WITHIN_MS) });
      await delay(Math.random() * withinMs);
      connection.close(CLOSE.restarting, 'this server restarts');
    });
    await Promise.all(leaving);
  }

  close(): void {
    this.#heartbeat.stop();
    this.#audience.close();
    for (const connection of this.#connections) connection.terminate();
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const admission = this.#draining
      ? ({ ok: false, status: 503 } as const)
      : await this.#context.doorkeeper.admit(request);
    if (!admission.ok && admission.status !== 101) {
      refuse(socket, admission.status);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      if (admission.ok) this.#open(ws, socket, admission.identity);
      else ws.close(admission.code, admission.reason);
    });
  }

  #open(ws: WebSocket, socket: Duplex, identity: Identity): void {
    const { metrics, services, name, version } = this.#context;
    const connection = new Connection(ws, socket, identity, metrics);
    const inbox = new Inbox(services, connection, metrics);
    this.#connections.add(connection);
    this.#audience.add(connection);
    metrics.connections.set(this.#connections.size);
    this.#heartbeat.add(connection);
    ws.on('pong', () => (connection.alive = true));
    ws.on('error', (error) => log.debug('a connection broke', { error: error.message }));
    ws.on('message', (data: Buffer, isBinary: boolean) => {
      connection.alive = true;
      inbox.receive(isBinary ? '' : data.toString());
    });
    ws.on('close', (code) => this.#closed(connection, code));
    connection.send({ type: 'welcome', protocol: PROTOCOL_VERSION, user: connection.user, server: name, version });
  }

  #closed(connection: Connection, code: number): void {
    const { metrics, services, doorkeeper } = this.#context;
    this.#connections.delete(connection);
    this.#audience.remove(connection);
    this.#heartbeat.remove(connection);
    metrics.connections.set(this.#connections.size);
    metrics.closes.inc({ code: String(code) });
    for (const room of connection.rooms) services.rooms.leave(connection, room);
    doorkeeper
      .release(connection)
      .catch((error: unknown) => log.debug('a lease ends by itself', { error: wordsOf(error) }));
  }

  async #renew(connection: Connection): Promise<void> {
    const { sessions, services } = this.#context;
    const user = await sessions.stillLives(connection.session);
    const end = user === undefined ? ENDED : isSame(user, connection.user) ? undefined : CHANGED;
    if (user === undefined || end !== undefined) {
      connection.close((end ?? ENDED).code, (end ?? ENDED).reason);
      return;
    }
    await this.#context.doorkeeper.hold(connection);
    for (const room of connection.rooms) {
      // The word that they are out may have been lost while the store was away.
      if (await services.directory.admits(user, room)) continue;
      this.#audience.takeOut(connection, room, 'removed');
    }
  }
}

function refuse(socket: Duplex, status: 403 | 404 | 503): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
