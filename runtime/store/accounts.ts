/** People whom the chat knows by more than a nickname. */
import type { AccountRole, Origin } from '../protocol/accounts.ts';

export interface Account {
  readonly id: string;
  readonly name: string;
  /** What the name looks like (`accountKey` of `auth/names.ts`): no two accounts have the same, and people log in by it. */
  readonly key: string;
  readonly role: AccountRole;
  readonly state: 'active' | 'disabled';
  readonly origin: Exclude<Origin, 'name'>;
  /** As `auth/passwords.ts` writes it; empty where somebody else knows who the person is. */
  readonly password: string;
  /** The password of the Secret that the account was last made from, written as `password` is; empty for all others. */
  readonly seed: string;
  /** Milliseconds since 1970. */
  readonly created: number;
}

/** What can change of an account; a name changes with its key. */
export type AccountChange = Partial<Pick<Account, 'name' | 'key' | 'role' | 'state' | 'origin' | 'password' | 'seed'>>;

export interface AccountStore {
  create(account: Account): Promise<'done' | 'taken'>;
  /** @returns `taken` when another account has the new name, `missing` when there is no such account */
  change(id: string, change: AccountChange): Promise<'done' | 'taken' | 'missing'>;
  /** Its sessions are no sessions any more. */
  remove(id: string): Promise<void>;
  find(id: string): Promise<Account | undefined>;
  findByKey(key: string): Promise<Account | undefined>;
  /** In the order of keys, those after `after`. */
  list(after: string | undefined, limit: number): Promise<Account[]>;
}

/** One thing that attempts are counted against. */
export interface Counted {
  readonly what: string;
  /** So many may be made before each further one has to wait twice as long. */
  readonly free: number;
  /** Milliseconds that one waits at most. */
  readonly longestMs: number;
}

/** Attempts to get in, which have to wait longer and longer. */
export interface Attempts {
  /**
   * Counts one attempt, before it is known how it ends: those made at the same time count too.
   * @returns milliseconds to wait, and nothing was counted; 0 when it may go on
   */
  begin(counted: readonly Counted[]): Promise<number>;
  /** It was the person: forgets all attempts against `what`, and takes back the one against `address`. */
  succeeded(what: string, address: string): Promise<void>;
}

/** The first wait, doubled with each further attempt. */
export const FIRST_WAIT_MS = 2000;
/** Attempts are forgotten so long after the last one. */
export const ATTEMPTS_KEPT_MS = 60 * 60_000;
