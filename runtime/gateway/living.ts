/**
 * Which backends of the chat live, by a lease that each renews every second: so that places which a killed one took are not
 * counted until they run out by themselves.
 */
import { randomBytes } from 'node:crypto';
import { log, wordsOf } from '../log.ts';
import type { LeaseSets } from '../store/leases.ts';

const SET = 'backends';
const RENEW_EVERY_MS = 1000;
/** Whoever could renew nothing for so long knows nothing of others until a whole lease later. */
const PAUSE_MS = 3000;
/** A busy process may be late a few times before it counts as dead. */
const LEASE_SECONDS = 6;
const SEPARATOR = '.';

/** `alive`: surely, at the time that was asked about. */
export type Fate = 'alive' | 'gone' | 'unknown';

export class Living {
  readonly #leases: LeaseSets;
  /** Of this process: one that is started again under its old name is another one. */
  readonly #id = randomBytes(9).toString('base64url');
  #timer: NodeJS.Timeout | undefined;
  /** By `performance.now()`: when renewals began to follow one another without a pause. */
  #steadySince = Infinity;
  #renewedAt = -Infinity;

  constructor(leases: LeaseSets) {
    this.#leases = leases;
  }

  /** Lives from now on for the others. @throws StoreUnavailable */
  async begin(): Promise<void> {
    await this.#renew();
    this.#timer ??= setInterval(() => {
      this.#renew().catch((error: unknown) => log.debug('the store is away', { error: wordsOf(error) }));
    }, RENEW_EVERY_MS);
  }

  /** Never rejects: a lease that cannot be given back runs out. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#leases.drop(SET, this.#id).catch((error: unknown) => {
      log.debug('the lease runs out by itself', { error: wordsOf(error) });
    });
  }

  /** An id that tells which backend it is of. */
  newId(): string {
    return `${this.#id}${SEPARATOR}${randomBytes(9).toString('base64url')}`;
  }

  /**
   * What became of the backends that ids are of. Those of older versions say nothing of it, and while the store was away until a
   * moment ago nobody could renew anything.
   * @param sinceMs milliseconds ago: `alive` lived later than that
   * @throws StoreUnavailable
   */
  async fates(ids: Iterable<string>, sinceMs: number): Promise<(id: string) => Fate> {
    const left = await this.#leases.left(SET);
    const now = performance.now();
    const isSteady = now - this.#renewedAt < PAUSE_MS && now - this.#steadySince > LEASE_SECONDS * 1000;
    const fates = new Map<string, Fate>();
    for (const id of ids) {
      const [owner = '', rest] = id.split(SEPARATOR, 2);
      const leftMs = rest === undefined ? undefined : left.get(owner);
      const isGone = rest !== undefined && leftMs === undefined && isSteady;
      const isAlive = leftMs !== undefined && LEASE_SECONDS * 1000 - leftMs < sinceMs;
      fates.set(id, isGone ? 'gone' : isAlive ? 'alive' : 'unknown');
    }
    return (id) => fates.get(id) ?? 'unknown';
  }

  async #renew(): Promise<void> {
    await this.#leases.hold(SET, this.#id, LEASE_SECONDS, Number.MAX_SAFE_INTEGER);
    const now = performance.now();
    if (now - this.#renewedAt > PAUSE_MS) this.#steadySince = now;
    this.#renewedAt = now;
  }
}
