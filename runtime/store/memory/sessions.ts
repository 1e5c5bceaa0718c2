import type { KnownSession, SessionPlace, SessionStore, StoredSession } from '../port.ts';
import { MOST_SESSIONS } from '../port.ts';
import type { MemoryAccounts } from './accounts.ts';

type Kept = { readonly until: number; readonly created: number } & (
  { readonly session: StoredSession } | { readonly account: string; readonly place: SessionPlace }
);

export class MemorySessions implements SessionStore {
  readonly #accounts: MemoryAccounts;
  readonly #sessions = new Map<string, Kept>();
  readonly #names = new Map<string, { owner: string; until: number }>();

  constructor(accounts: MemoryAccounts) {
    this.#accounts = accounts;
  }

  create(hash: string, session: StoredSession, maxAgeSeconds: number, nameHoldSeconds: number): Promise<boolean> {
    if (!this.#takeName(session, nameHoldSeconds)) return Promise.resolve(false);
    this.#keep(hash, maxAgeSeconds, { session });
    return Promise.resolve(true);
  }

  createFor(account: string, hash: string, place: SessionPlace, maxAgeSeconds: number): Promise<boolean> {
    if (this.#accounts.peek(account)?.state !== 'active') return Promise.resolve(false);
    this.#keep(hash, maxAgeSeconds, { account, place });
    for (const [old] of this.#ofAccount(account).slice(0, -MOST_SESSIONS)) this.#sessions.delete(old);
    return Promise.resolve(true);
  }

  resume(hash: string, nameHoldSeconds: number): Promise<StoredSession | undefined> {
    const kept = this.#sessions.get(hash);
    if (kept === undefined) return Promise.resolve(undefined);
    const session = 'session' in kept ? kept.session : this.#sessionOf(kept.account);
    const isOver = kept.until <= Date.now() || session === undefined;
    if (isOver || ('session' in kept && !this.#takeName(kept.session, nameHoldSeconds))) {
      this.#sessions.delete(hash);
      return Promise.resolve(undefined);
    }
    return Promise.resolve(session);
  }

  remove(hash: string): Promise<void> {
    const kept = this.#sessions.get(hash);
    this.#sessions.delete(hash);
    if (kept !== undefined && 'session' in kept) {
      const { nameKey, user } = kept.session;
      if (this.#names.get(nameKey)?.owner === user.id) this.#names.delete(nameKey);
    }
    return Promise.resolve();
  }

  of(account: string): Promise<KnownSession[]> {
    return Promise.resolve(this.#ofAccount(account).map(([hash, { created, place }]) => ({ hash, created, ...place })));
  }

  removeOf(account: string, except?: string): Promise<void> {
    for (const [hash] of this.#ofAccount(account)) if (hash !== except) this.#sessions.delete(hash);
    return Promise.resolve();
  }

  #keep(
    hash: string,
    maxAgeSeconds: number,
    what: { session: StoredSession } | { account: string; place: SessionPlace },
  ): void {
    const created = Date.now();
    this.#sessions.set(hash, { ...what, created, until: created + maxAgeSeconds * 1000 });
  }

  #ofAccount(account: string): [string, Extract<Kept, { account: string }>][] {
    const now = Date.now();
    return [...this.#sessions].flatMap(([hash, kept]) =>
      'account' in kept && kept.account === account && kept.until > now ? [[hash, kept]] : [],
    );
  }

  #sessionOf(account: string): StoredSession | undefined {
    const known = this.#accounts.peek(account);
    if (known?.state !== 'active') return undefined;
    const { id, name, role, key } = known;
    return { user: { id, name, role }, nameKey: key };
  }

  #takeName({ nameKey, user }: StoredSession, holdSeconds: number): boolean {
    const held = this.#names.get(nameKey);
    if (held !== undefined && held.owner !== user.id && held.until > Date.now()) return false;
    this.#names.set(nameKey, { owner: user.id, until: Date.now() + holdSeconds * 1000 });
    return true;
  }
}
