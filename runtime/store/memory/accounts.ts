import type { Account, AccountChange, AccountStore, Attempts, Counted } from '../accounts.ts';
import { ATTEMPTS_KEPT_MS, FIRST_WAIT_MS } from '../accounts.ts';

export class MemoryAccounts implements AccountStore {
  readonly #accounts = new Map<string, Account>();

  create(account: Account): Promise<'done' | 'taken'> {
    if (this.#holder(account.key) !== undefined) return Promise.resolve('taken');
    this.#accounts.set(account.id, account);
    return Promise.resolve('done');
  }

  change(id: string, change: AccountChange): Promise<'done' | 'taken' | 'missing'> {
    const before = this.#accounts.get(id);
    if (before === undefined) return Promise.resolve('missing');
    const after = { ...before, ...change };
    if (after.key !== before.key && this.#holder(after.key) !== undefined) return Promise.resolve('taken');
    this.#accounts.set(id, after);
    return Promise.resolve('done');
  }

  remove(id: string): Promise<void> {
    this.#accounts.delete(id);
    return Promise.resolve();
  }

  find(id: string): Promise<Account | undefined> {
    return Promise.resolve(this.#accounts.get(id));
  }

  findByKey(key: string): Promise<Account | undefined> {
    return Promise.resolve(this.#holder(key));
  }

  list(after: string | undefined, limit: number): Promise<Account[]> {
    const sorted = [...this.#accounts.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    return Promise.resolve(sorted.filter(({ key }) => after === undefined || key > after).slice(0, limit));
  }

  /** At once, for the sessions of the same process. */
  peek(id: string): Account | undefined {
    return this.#accounts.get(id);
  }

  #holder(key: string): Account | undefined {
    return [...this.#accounts.values()].find((account) => account.key === key);
  }
}

export class MemoryAttempts implements Attempts {
  readonly #counts = new Map<string, { attempts: number; until: number; at: number }>();

  begin(counted: readonly Counted[]): Promise<number> {
    const now = Date.now();
    const states = counted.map(({ what, ...rest }) => ({ what, ...rest, state: this.#state(what, now) }));
    const wait = Math.max(0, ...states.map(({ state }) => state.until - now));
    if (wait > 0) return Promise.resolve(wait);
    for (const { what, free, longestMs, state } of states) {
      const attempts = state.attempts + 1;
      const longer = Math.min(FIRST_WAIT_MS * 2 ** Math.min(attempts - free, 30), longestMs);
      this.#counts.set(what, { attempts, until: attempts >= free ? now + longer : state.until, at: now });
    }
    return Promise.resolve(0);
  }

  succeeded(what: string, address: string): Promise<void> {
    this.#counts.delete(what);
    const state = this.#counts.get(address);
    if (state !== undefined) this.#counts.set(address, { ...state, attempts: state.attempts - 1, until: 0 });
    return Promise.resolve();
  }

  #state(what: string, now: number): { attempts: number; until: number; at: number } {
    const state = this.#counts.get(what);
    return state !== undefined && state.at + ATTEMPTS_KEPT_MS > now ? state : { attempts: 0, until: 0, at: now };
  }
}
