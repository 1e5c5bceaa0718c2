/** One client's WebSocket: sends frames with regard to how fast it reads, and knows the rooms it is in. */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Author } from '../protocol/entries.ts';
import type { ServerFrame } from '../protocol/frames.ts';
import { CLOSE } from '../protocol/frames.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { FrameWeight, Member } from '../rooms/member.ts';
import { writeThisTick } from './corking.ts';
import { frameText } from './framing.ts';

/** Bytes waiting for a slow reader: above the first deltas are left out, above the second it has to connect again. */
const BUFFERED = { dropDeltas: 256 * 1024, close: 1024 * 1024 } as const;
/** How long a client has to answer a close frame before the socket is destroyed. */
const CLOSE_GRACE_MS = 3000;

export interface Identity {
  /** Of this one connection, among those of all backends. */
  readonly id: string;
  readonly user: Author;
  /** Hash of the session's token. */
  readonly session: string;
  readonly address: string;
}

export class Connection implements Member, Identity {
  readonly id: string;
  readonly user: Author;
  readonly session: string;
  readonly address: string;
  readonly rooms = new Set<string>();
  /** A ping was answered since it was sent. */
  alive = true;
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  readonly #metrics: Metrics;

  constructor(ws: WebSocket, socket: Duplex, identity: Identity, metrics: Metrics) {
    this.id = identity.id;
    this.user = identity.user;
    this.session = identity.session;
    this.address = identity.address;
    this.#ws = ws;
    this.#socket = socket;
    this.#metrics = metrics;
  }

  get open(): boolean {
    return this.#ws.readyState === this.#ws.OPEN;
  }

  send(frame: ServerFrame): void {
    this.deliver(frameText(JSON.stringify(frame)), 'frame');
  }

  deliver(frame: Buffer, weight: FrameWeight): void {
    if (!this.open) return;
    const buffered = this.#socket.writableLength;
    if (buffered > BUFFERED.close) {
      this.#metrics.slowConsumers.inc({ action: 'closed' });
      this.close(CLOSE.slowConsumer, 'reads too slowly');
    } else if (buffered > BUFFERED.dropDeltas && weight === 'delta') {
      this.#metrics.slowConsumers.inc({ action: 'dropped-delta' });
    } else {
      writeThisTick(this.#socket, frame);
    }
  }

  async drained(): Promise<void> {
    if (!this.open) throw new Error('the connection is closed');
    if (this.#socket.writableLength < BUFFERED.dropDeltas) return;
    const waiting = Promise.withResolvers<undefined>();
    const gone = (): void => waiting.reject(new Error('the connection is closed'));
    const drain = (): void => waiting.resolve(undefined);
    this.#socket.once('drain', drain).once('close', gone);
    await waiting.promise.finally(() => this.#socket.off('drain', drain).off('close', gone));
  }

  expel(): void {
    this.close(CLOSE.restarting, 'the room starts over');
  }

  ping(): void {
    this.#ws.ping();
  }

  close(code: number, reason: string): void {
    if (!this.open) return;
    this.#ws.close(code, reason);
    setTimeout(() => this.#ws.terminate(), CLOSE_GRACE_MS).unref();
  }

  /** For a connection that is dead already. */
  terminate(): void {
    this.#ws.terminate();
  }
}
