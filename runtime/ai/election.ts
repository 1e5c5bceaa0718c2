/**
 * Which of a chat's backends does what only one should: whoever holds a lease in the store. The lease is kept by the clock of
 * the store and believed by that of the process, counted from before it was asked for: who was paused past its end knows.
 */
import { log, wordsOf } from '../log.ts';
import type { LeaseSets } from '../store/leases.ts';

const LEASE_SECONDS = 8;
const RENEW_EVERY_MS = 2000;
const SET = 'spokesman';

export class Election {
  readonly #leases: LeaseSets;
  readonly #name: string;
  #heldUntil = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param name of this process among those of the chat */
  constructor(leases: LeaseSets, name: string) {
    this.#leases = leases;
    this.#name = name;
  }

  /** Stands for election until {@link leave}. */
  join(): void {
    this.#timer ??= setInterval(() => void this.#renew(), RENEW_EVERY_MS);
    void this.#renew();
  }

  /** Milliseconds for which this process is surely the elected one; 0 when it is not. */
  heldMs(): number {
    return Math.max(0, this.#heldUntil - performance.now());
  }

  /** Lets another one be elected at once. */
  async leave(): Promise<void> {
    clearInterval(this.#timer);
    this.#heldUntil = 0;
    await this.#leases.drop(SET, this.#name).catch((error: unknown) => {
      log.debug('the lease runs out by itself', { error: wordsOf(error) });
    });
  }

  async #renew(): Promise<void> {
    const asked = performance.now();
    try {
      const isHeld = await this.#leases.hold(SET, this.#name, LEASE_SECONDS, 1);
      if (isHeld && this.heldMs() === 0) log.info('this backend reports for all', { backend: this.#name });
      this.#heldUntil = isHeld ? asked + LEASE_SECONDS * 1000 : 0;
    } catch (error) {
      log.debug('no election while the store is away', { error: wordsOf(error) });
    }
  }
}
