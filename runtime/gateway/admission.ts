/** Who may open a WebSocket: checked before the upgrade, with what comes with the handshake. */
import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { RuntimeConfig } from '../config.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Store } from '../store/port.ts';
import { StoreUnavailable } from '../store/port.ts';
import type { Callers } from '../auth/callers.ts';
import type { Peers } from '../auth/request-origin.ts';
import { mayCall, originOf } from '../auth/request-origin.ts';
import { PRESENT } from '../rooms/acquaintances.ts';
import { leaseOf } from '../rooms/people.ts';
import type { Identity } from './connection.ts';
import { CLOSE } from '../protocol/frames.ts';
import type { Living } from './living.ts';

/** Leases of connections outlive two missed heartbeats of theirs. */
const LEASE_SECONDS = 60;
/** How long somebody at a limit waits for it to be certain that all who count there live, and how often that is looked at. */
const CERTAIN_WITHIN_MS = 5000;
const LOOK_EVERY_MS = 300;
/** So many wait for it at a time; further ones come again. */
const MOST_WAITING = 100;

export type Admission =
  | { readonly ok: true; readonly identity: Identity }
  /** Answered by HTTP: no browser page of ours gets these. */
  | { readonly ok: false; readonly status: 403 | 404 | 503 }
  /** Answered by a close code after the upgrade: a page cannot see the HTTP status. */
  | { readonly ok: false; readonly status: 101; readonly code: number; readonly reason: string };

export interface DoorkeeperContext {
  readonly config: RuntimeConfig;
  readonly callers: Callers;
  readonly store: Store;
  readonly metrics: Metrics;
  readonly peers: Peers;
  readonly living: Living;
}

export class Doorkeeper {
  readonly #config: RuntimeConfig;
  readonly #callers: Callers;
  readonly #store: Store;
  readonly #metrics: Metrics;
  readonly #peers: Peers;
  readonly #living: Living;
  #waiting = 0;

  constructor({ config, callers, store, metrics, peers, living }: DoorkeeperContext) {
    this.#config = config;
    this.#callers = callers;
    this.#store = store;
    this.#metrics = metrics;
    this.#peers = peers;
    this.#living = living;
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
      const identity = { id: this.#living.newId(), ...found, address };
      const full = await this.#full(identity);
      if (full.length === 0) return { ok: true, identity };
      return await this.#crowded(identity, full, () => request.socket.destroyed);
    } catch (error) {
      if (error instanceof StoreUnavailable) return { ok: false, status: 503 };
      throw error;
    }
  }

  /** Renews the place of a connection among those of its person and its address. @throws StoreUnavailable */
  async hold(connection: Identity): Promise<void> {
    await this.#full(connection);
  }

  async release(connection: Identity): Promise<void> {
    const { leases } = this.#store;
    await Promise.all([
      leases.drop(`user:${connection.user.id}`, connection.id),
      leases.drop(`address:${connection.address}`, connection.id),
      leases.drop(PRESENT, leaseOf(connection.id, connection.user)),
    ]);
  }

  /** Takes or renews a place in each set. @returns the sets that have none left */
  async #full(connection: Identity): Promise<string[]> {
    const { connectionsPerUser, connectionsPerAddress } = this.#config.limits;
    const { leases } = this.#store;
    const sets = [
      { set: `user:${connection.user.id}`, member: connection.id, most: connectionsPerUser },
      { set: `address:${connection.address}`, member: connection.id, most: connectionsPerAddress },
      { set: PRESENT, member: leaseOf(connection.id, connection.user), most: Number.MAX_SAFE_INTEGER },
    ];
    const held = await Promise.all(sets.map(({ set, member, most }) => leases.hold(set, member, LEASE_SECONDS, most)));
    return sets.filter((_set, at) => held[at] === false).map(({ set }) => set);
  }

  /**
   * Somebody is at a limit: for good once all who count there surely live. Who was at a killed backend takes the places that
   * they had there.
   */
  async #crowded(identity: Identity, full: string[], hasLeft: () => boolean): Promise<Admission> {
    await this.release(identity);
    const certainty = this.#waiting < MOST_WAITING ? await this.#settled(identity, full, hasLeft) : 'unclear';
    if (certainty === 'room') return { ok: true, identity };
    if (certainty === 'left') return { ok: false, status: 503 };
    this.#metrics.rateLimited.inc({ kind: 'connection' });
    const code = certainty === 'full' ? CLOSE.tooManyConnections : CLOSE.crowded;
    return { ok: false, status: 101, code, reason: 'too many connections' };
  }

  async #settled(
    identity: Identity,
    crowded: string[],
    hasLeft: () => boolean,
  ): Promise<'room' | 'full' | 'unclear' | 'left'> {
    const asked = performance.now();
    let sets = crowded;
    this.#waiting += 1;
    try {
      for (;;) {
        const certain = new Set<string>();
        for (const set of sets) {
          if ((await this.#withoutGone(set, performance.now() - asked)) === 'alive') certain.add(set);
        }
        if (hasLeft()) return 'left';
        sets = await this.#full(identity);
        if (sets.length === 0) return 'room';
        await this.release(identity);
        if (sets.every((set) => certain.has(set))) return 'full';
        if (performance.now() - asked > CERTAIN_WITHIN_MS) return 'unclear';
        await delay(LOOK_EVERY_MS);
      }
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Takes connections of dead backends out of a set. @returns whether all others surely lived later than so long ago */
  async #withoutGone(set: string, sinceMs: number): Promise<'alive' | 'unknown'> {
    const { leases } = this.#store;
    const members = await leases.members(set);
    const fateOf = await this.#living.fates(members, sinceMs);
    const gone = members.filter((member) => fateOf(member) === 'gone');
    await Promise.all(gone.map((member) => leases.drop(set, member)));
    return members.some((member) => fateOf(member) === 'unknown') ? 'unknown' : 'alive';
  }
}
