/** Who may open a WebSocket: checked before the upgrade, with what comes with the handshake. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { RuntimeConfig } from '../config.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Store } from '../store/port.ts';
import { StoreUnavailable } from '../store/port.ts';
import type { Callers } from '../auth/callers.ts';
import type { Peers } from '../auth/request-origin.ts';
import { mayCall, originOf } from '../auth/request-origin.ts';
import { PRESENT, presentMember } from '../rooms/acquaintances.ts';
import type { Identity } from './connection.ts';
import { CLOSE } from '../protocol/frames.ts';

/** Leases of connections outlive two missed heartbeats of theirs. */
const LEASE_SECONDS = 60;

export type Admission =
  | { readonly ok: true; readonly identity: Identity }
  /** Answered by HTTP: no browser page of ours gets these. */
  | { readonly ok: false; readonly status: 403 | 404 | 503 }
  /** Answered by a close code after the upgrade: a page cannot see the HTTP status. */
  | { readonly ok: false; readonly status: 101; readonly code: number; readonly reason: string };

export class Doorkeeper {
  readonly #config: RuntimeConfig;
  readonly #callers: Callers;
  readonly #store: Store;
  readonly #metrics: Metrics;
  readonly #peers: Peers;

  constructor(config: RuntimeConfig, callers: Callers, store: Store, metrics: Metrics, peers: Peers) {
    this.#config = config;
    this.#callers = callers;
    this.#store = store;
    this.#metrics = metrics;
    this.#peers = peers;
  }

  async admit(request: IncomingMessage): Promise<Admission> {
    if (request.url?.split('?', 1)[0] !== '/ws') return { ok: false, status: 404 };
    const from = originOf(request, this.#peers);
    const { address } = from;
    if (!mayCall(request.headers.origin, from, this.#config)) {
      this.#metrics.loginFailures.inc({ reason: 'origin' });
      return { ok: false, status: 403 };
    }
    try {
      const found = await this.#callers.find(request);
      if (found === undefined) {
        this.#metrics.loginFailures.inc({ reason: 'no-session' });
        return { ok: false, status: 101, code: CLOSE.unauthorized, reason: 'no session' };
      }
      const identity = { id: randomBytes(9).toString('base64url'), ...found, address };
      if (await this.hold(identity)) return { ok: true, identity };
      this.#metrics.rateLimited.inc({ kind: 'connection' });
      return { ok: false, status: 101, code: CLOSE.tooManyConnections, reason: 'too many connections' };
    } catch (error) {
      if (error instanceof StoreUnavailable) return { ok: false, status: 503 };
      throw error;
    }
  }

  /**
   * Takes (or renews) the place of a connection among those of its person and its address.
   * @returns `false` when there are too many
   */
  async hold(connection: Identity): Promise<boolean> {
    const { connectionsPerUser, connectionsPerAddress } = this.#config.limits;
    const { leases } = this.#store;
    const held = await Promise.all([
      leases.hold(`user:${connection.user.id}`, connection.id, LEASE_SECONDS, connectionsPerUser),
      leases.hold(`address:${connection.address}`, connection.id, LEASE_SECONDS, connectionsPerAddress),
      leases.hold(PRESENT, presentMember(connection.id, connection.user), LEASE_SECONDS, Number.MAX_SAFE_INTEGER),
    ]);
    return held.every(Boolean);
  }

  async release(connection: Identity): Promise<void> {
    const { leases } = this.#store;
    await Promise.all([
      leases.drop(`user:${connection.user.id}`, connection.id),
      leases.drop(`address:${connection.address}`, connection.id),
      leases.drop(PRESENT, presentMember(connection.id, connection.user)),
    ]);
  }
}
