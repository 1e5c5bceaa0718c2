import type { Tickets } from '../tickets.ts';

export class MemoryTickets implements Tickets {
  readonly #kept = new Map<string, { text: string; until: number }>();

  keep(name: string, text: string, seconds: number): Promise<void> {
    this.#kept.set(name, { text, until: Date.now() + seconds * 1000 });
    return Promise.resolve();
  }

  take(name: string): Promise<string | undefined> {
    const kept = this.#kept.get(name);
    this.#kept.delete(name);
    return Promise.resolve(kept !== undefined && kept.until > Date.now() ? kept.text : undefined);
  }
}
