import type { LeaseSets } from '../leases.ts';

export class MemoryLeases implements LeaseSets {
  readonly #sets = new Map<string, Map<string, number>>();

  hold(set: string, member: string, ttlSeconds: number, capacity: number): Promise<boolean> {
    const held = this.#living(set);
    if (!held.has(member) && held.size >= capacity) return Promise.resolve(false);
    held.set(member, Date.now() + ttlSeconds * 1000);
    this.#sets.set(set, held);
    return Promise.resolve(true);
  }

  drop(set: string, member: string): Promise<void> {
    const held = this.#living(set);
    held.delete(member);
    if (held.size === 0) this.#sets.delete(set);
    return Promise.resolve();
  }

  members(set: string): Promise<string[]> {
    return Promise.resolve([...this.#living(set).keys()]);
  }

  left(set: string): Promise<ReadonlyMap<string, number>> {
    const now = Date.now();
    return Promise.resolve(new Map([...this.#living(set)].map(([member, until]) => [member, until - now])));
  }

  #living(set: string): Map<string, number> {
    const held = this.#sets.get(set) ?? new Map<string, number>();
    const now = Date.now();
    for (const [member, until] of held) if (until <= now) held.delete(member);
    return held;
  }
}
