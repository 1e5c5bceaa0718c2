import type { Match } from './fault-proxy.ts';

/** What becomes of the answer to the last request that passes. */
export type LastReply = 'delivered' | 'lost';

/** Passes a request on; resolves when the API server has answered it, or the connection has gone. */
type Pass = (reply: LastReply) => Promise<void>;

/** Lets so many requests through to the API server and holds all later ones back, so that its state is known exactly. */
export class RequestLimit {
  /** Resolves when the API server has answered the last of those that pass. */
  readonly reached: Promise<void>;
  /** Resolves when one more has come, and is held. */
  readonly exceeded: Promise<void>;
  readonly match: Match;
  readonly #lastReply: LastReply;
  readonly #held: Pass[] = [];
  #left: number;
  #open = 0;
  #lifted = false;
  #markReached: () => void = () => undefined;
  #markExceeded: () => void = () => undefined;

  constructor(match: Match, count: number, lastReply: LastReply) {
    this.match = match;
    this.#left = count;
    this.#lastReply = lastReply;
    this.reached = new Promise((resolve) => (this.#markReached = resolve));
    this.exceeded = new Promise((resolve) => (this.#markExceeded = resolve));
  }

  /** Whether it still has a say. */
  get isOn(): boolean {
    return !this.#lifted;
  }

  /** Takes a request that matches. */
  take(pass: Pass): void {
    if (this.#left === 0) {
      this.#held.push(pass);
      this.#markExceeded();
      return;
    }
    this.#left -= 1;
    this.#open += 1;
    void pass(this.#left === 0 ? this.#lastReply : 'delivered').then(() => {
      this.#open -= 1;
      if (this.#left === 0 && this.#open === 0) this.#markReached();
    });
  }

  /** Ends it: what is held back passes, or is lost with those who asked. */
  lift(held: 'pass' | 'drop'): void {
    this.#lifted = true;
    for (const pass of this.#held.splice(0)) if (held === 'pass') void pass('delivered');
  }
}
