/** How long no model server has answered, and how long it took until one did, the last time that somebody waited for it. */
export class Absence {
  #since: number | undefined;
  #waitedSince: number | undefined;
  #wakeSeconds: number | undefined;

  /** Notes what is so at a time, in milliseconds since 1970. Who gives up waiting has measured nothing. */
  see(now: number, servers: 'up' | 'away', isWaitedFor: boolean): void {
    if (servers === 'away') {
      this.#since ??= now;
      this.#waitedSince = isWaitedFor ? (this.#waitedSince ?? now) : undefined;
      return;
    }
    if (this.#waitedSince !== undefined) this.#wakeSeconds = Math.round((now - this.#waitedSince) / 1000);
    this.#since = undefined;
    this.#waitedSince = undefined;
  }

  /** Whether somebody waits for a server, as far as was noted. */
  get isWaitedFor(): boolean {
    return this.#waitedSince !== undefined;
  }

  /** Milliseconds; 0 while one answers. */
  awayMs(now: number): number {
    return this.#since === undefined ? 0 : now - this.#since;
  }

  /** Seconds from the first question to the first server; nothing while that was not seen. */
  get wakeSeconds(): number | undefined {
    return this.#wakeSeconds;
  }
}
