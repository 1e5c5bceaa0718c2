/** Accounts with a password: signing up, logging in, changing it, going for good. */
import { randomBytes } from 'node:crypto';
import type { RuntimeConfig } from '../config.ts';
import { log } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { AccountRole } from '../protocol/accounts.ts';
import { Refusal } from '../rooms/refusal.ts';
import type { Account } from '../store/accounts.ts';
import type { SessionPlace, Store } from '../store/port.ts';
import { accountKey, isReserved, nameKey } from './names.ts';
import type { Passwords } from './passwords.ts';
import type { Present, Sessions } from './sessions.ts';

/** Many people may have one address: it waits later, and not so long. */
const ATTEMPTS = {
  account: { free: 5, longestMs: 15 * 60_000 },
  address: { free: 10, longestMs: 60_000 },
} as const;

export interface Credentials {
  readonly name: string;
  readonly password: string;
}

export interface LoggedIn {
  readonly account: Account;
  readonly token: string;
}

export interface LoginContext {
  readonly config: RuntimeConfig;
  readonly store: Store;
  readonly sessions: Sessions;
  readonly passwords: Passwords;
  readonly metrics: Metrics;
}

export class Login {
  readonly #context: LoginContext;

  constructor(context: LoginContext) {
    this.#context = context;
  }

  /**
   * Lets in who knows the password. Unknown names are answered as known ones with another password, after the same time.
   * @throws Refusal, StoreUnavailable
   */
  async logIn({ name, password }: Credentials, place: SessionPlace): Promise<LoggedIn> {
    const { store, metrics } = this.#context;
    const key = accountKey(name);
    const account = await this.#guarded(key, place, async () => {
      const found = await store.accounts.findByKey(key);
      return (await this.#knows(found, password)) ? found : undefined;
    });
    if (account === undefined) {
      metrics.loginFailures.inc({ reason: 'password' });
      throw new Refusal('Unauthorized', 'This name and this password do not belong together.');
    }
    return this.#begin(account, place);
  }

  /** Makes an account and lets its person in. @throws Refusal, StoreUnavailable */
  async signUp({ name, password }: Credentials, place: SessionPlace): Promise<LoggedIn> {
    const { config, passwords } = this.#context;
    if (config.auth.mode !== 'Accounts' || !config.auth.allowSignup) {
      throw new Refusal('Forbidden', 'Accounts are made by the administrators of this chat: ask one of them.');
    }
    checkPassword(name, password);
    if (isReserved(name, config.assistant.name)) throw nameRefused(name, 'is reserved');
    await this.#refuseTaken(name);
    const account = await this.make(name, 'member', await passwords.hash(password));
    return this.#begin(account, place);
  }

  /** Makes an account. @param password as {@link Passwords} wrote it. @throws Refusal when the name is in use */
  async make(name: string, role: AccountRole, password: string): Promise<Account> {
    const { store } = this.#context;
    const account = passwordAccount(name, role, password);
    if ((await store.accounts.create(account)) === 'taken') throw nameRefused(name, 'is in use');
    return account;
  }

  /** Gives a person another password; their other sessions end. @throws Refusal, StoreUnavailable */
  async changePassword(
    { user, session }: Present,
    current: string,
    wanted: string,
    place: SessionPlace,
  ): Promise<void> {
    const { store, sessions, passwords } = this.#context;
    checkPassword(user.name, wanted);
    await this.#confirm(user.id, current, place);
    await store.accounts.change(user.id, { password: await passwords.hash(wanted) });
    await sessions.endAll(user.id, session);
    log.info('a password was changed', { user: user.id });
  }

  /** Removes a person's own account. @throws Refusal, StoreUnavailable */
  async deleteAccount({ user }: Present, password: string, place: SessionPlace): Promise<void> {
    const { store, sessions } = this.#context;
    if (user.role === 'admin') {
      throw new Refusal('Forbidden', 'Administrators cannot delete themselves: another one has to do that.');
    }
    await this.#confirm(user.id, password, place);
    await store.accounts.remove(user.id);
    await sessions.endAll(user.id);
    log.info('an account was deleted by its person', { user: user.id });
  }

  /** @throws Refusal with `Forbidden` when it is not the person's password */
  async #confirm(id: string, password: string, place: SessionPlace): Promise<void> {
    const { store, metrics } = this.#context;
    const account = await store.accounts.find(id);
    if (account?.origin !== 'password') throw new Refusal('Forbidden', 'You have no password here.');
    const isRight = await this.#guarded(account.key, place, async () =>
      (await this.#knows(account, password)) ? account : undefined,
    );
    if (isRight !== undefined) return;
    metrics.loginFailures.inc({ reason: 'password' });
    throw new Refusal('Forbidden', 'This is not your present password.');
  }

  #knows(account: Account | undefined, password: string): Promise<boolean> {
    const kept = account?.origin === 'password' ? account.password : undefined;
    return this.#context.passwords.matches(password, kept);
  }

  /** Counts an attempt against the account and the address; one that finds somebody is forgotten. */
  async #guarded<T>(
    key: string,
    { address }: SessionPlace,
    attempt: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const { store, metrics } = this.#context;
    const [what, from] = [`account:${key}`, `address:${address}`];
    const wait = await store.attempts.begin([
      { what, ...ATTEMPTS.account },
      { what: from, ...ATTEMPTS.address },
    ]);
    if (wait > 0) {
      metrics.loginFailures.inc({ reason: 'locked' });
      const seconds = Math.ceil(wait / 1000);
      throw new Refusal('RateLimited', `There were too many attempts: please wait ${seconds} s.`, wait);
    }
    const found = await attempt();
    if (found !== undefined) await store.attempts.succeeded(what, from);
    return found;
  }

  async #begin(account: Account, place: SessionPlace): Promise<LoggedIn> {
    const token = await this.#context.sessions.begin(account.id, place);
    if (token !== undefined) return { account, token };
    this.#context.metrics.loginFailures.inc({ reason: 'disabled' });
    throw new Refusal('Forbidden', 'This account is disabled: ask an administrator of this chat.');
  }

  async #refuseTaken(name: string): Promise<void> {
    const taken = await this.#context.store.accounts.findByKey(accountKey(name));
    if (taken !== undefined) throw nameRefused(name, 'is in use');
  }
}

/** A new account. @param password as {@link Passwords} wrote it */
export function passwordAccount(name: string, role: AccountRole, password: string): Account {
  return {
    id: `a-${randomBytes(12).toString('base64url')}`,
    name,
    key: accountKey(name),
    role,
    state: 'active',
    origin: 'password',
    password,
    seed: '',
    created: Date.now(),
  };
}

export function nameRefused(name: string, why: 'is reserved' | 'is in use' | 'is in use right now'): Refusal {
  return new Refusal('NameRefused', `The name "${name}" ${why}: please choose another one.`);
}

function checkPassword(name: string, password: string): void {
  if (nameKey(password) === nameKey(name)) throw new Refusal('BadFrame', 'Your name is no password: choose another.');
}
