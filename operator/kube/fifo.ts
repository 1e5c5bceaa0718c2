/** A first-in-first-out queue of distinct keys with the time each came in; every operation takes constant time on average. */
export class Fifo {
  readonly #since = new Map<string, number>();
  /** In order of arrival; removed keys stay until their turn. */
  #order: { key: string; since: number }[] = [];
  #head = 0;

  get size(): number {
    return this.#since.size;
  }

  /** When the first key came in. */
  get firstSince(): number | undefined {
    this.#skipRemoved();
    return this.#order[this.#head]?.since;
  }

  has(key: string): boolean {
    return this.#since.has(key);
  }

  /** Adds a key that is not in it. */
  push(key: string, since: number): void {
    this.#since.set(key, since);
    this.#order.push({ key, since });
  }

  /** Takes the first key out. */
  shift(): { key: string; since: number } | undefined {
    this.#skipRemoved();
    const first = this.#order[this.#head];
    if (first === undefined) return undefined;
    this.#head++;
    this.#since.delete(first.key);
    return first;
  }

  /** Takes a key out wherever it stands, and tells when it came in; undefined when it is not there. */
  remove(key: string): number | undefined {
    const since = this.#since.get(key);
    this.#since.delete(key);
    return since;
  }

  clear(): void {
    this.#since.clear();
    this.#order = [];
    this.#head = 0;
  }

  #skipRemoved(): void {
    for (;;) {
      const entry = this.#order[this.#head];
      if (entry === undefined || this.#since.get(entry.key) === entry.since) break;
      this.#head++;
    }
    if (this.#head > 1024 && this.#head * 2 > this.#order.length) {
      this.#order = this.#order.slice(this.#head);
      this.#head = 0;
    }
  }
}
