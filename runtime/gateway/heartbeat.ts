/**
 * Pings every connection each 25 s and drops those that did not answer the last one. One timer serves all: a connection
 * gets a random second of the 25, so that work is spread evenly also after many came at once.
 */
const PERIOD_SECONDS = 25;

export interface Pinged {
  alive: boolean;
  ping(): void;
  terminate(): void;
}

export class Heartbeat<T extends Pinged> {
  readonly #seconds: Set<T>[] = Array.from({ length: PERIOD_SECONDS }, () => new Set<T>());
  readonly #alsoThen: (connection: T) => void;
  readonly #timer: NodeJS.Timeout;
  #now = 0;

  /** @param alsoThen what else is done for each living connection once a period */
  constructor(alsoThen: (connection: T) => void) {
    this.#alsoThen = alsoThen;
    this.#timer = setInterval(() => this.tick(), 1000);
  }

  add(connection: T): void {
    this.#seconds[Math.floor(Math.random() * PERIOD_SECONDS)]?.add(connection);
  }

  remove(connection: T): void {
    for (const second of this.#seconds) if (second.delete(connection)) return;
  }

  /** One second went by. */
  tick(): void {
    this.#now = (this.#now + 1) % PERIOD_SECONDS;
    for (const connection of this.#seconds[this.#now] ?? []) {
      if (!connection.alive) {
        connection.terminate();
        continue;
      }
      connection.alive = false;
      connection.ping();
      this.#alsoThen(connection);
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
