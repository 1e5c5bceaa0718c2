import type { SessionStore, StoredSession } from '../port.ts';

interface Kept {
  readonly session: StoredSession;
  readonly until: number;
}

export class MemorySessions implements SessionStore {
  readonly #sessions = new Map<string, Kept>();
  readonly #names = new Map<string, { owner: string; until: number }>();

  create(hash: string, session: StoredSession, maxAgeSeconds: number, nameHoldSeconds: number): Promise<boolean> {
    if (!this.#takeName(session, nameHoldSeconds)) return Promise.resolve(false);
    this.#sessions.set(hash, { session, until: Date.now() + maxAgeSeconds * 1000 });
    return Promise.resolve(true);
  }

  resume(hash: string, nameHoldSeconds: number): Promise<StoredSession | undefined> {
    const kept = this.#sessions.get(hash);
    if (kept === undefined) return Promise.resolve(undefined);
    if (kept.until <= Date.now() || !this.#takeName(kept.session, nameHoldSeconds)) {
      this.#sessions.delete(hash);
      return Promise.resolve(undefined);
    }
    return Promise.resolve(kept.session);
  }

  remove(hash: string): Promise<void> {
    const session = this.#sessions.get(hash)?.session;
    this.#sessions.delete(hash);
    if (session !== undefined && this.#names.get(session.nameKey)?.owner === session.user.id) {
      this.#names.delete(session.nameKey);
    }
    return Promise.resolve();
  }

  #takeName({ nameKey, user }: StoredSession, holdSeconds: number): boolean {
    const held = this.#names.get(nameKey);
    if (held !== undefined && held.owner !== user.id && held.until > Date.now()) return false;
    this.#names.set(nameKey, { owner: user.id, until: Date.now() + holdSeconds * 1000 });
    return true;
  }
}
