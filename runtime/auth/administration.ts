/** What administrators do with accounts, and the first of them. */
import { randomBytes } from 'node:crypto';
import { log } from '../log.ts';
import type { NewUser, User, UserChange, UserWithPassword } from '../protocol/accounts.ts';
import { Refusal } from '../rooms/refusal.ts';
import type { Account } from '../store/accounts.ts';
import type { Credentials, Login, LoginContext } from './login.ts';
import { nameRefused, passwordAccount } from './login.ts';
import { accountKey, isReserved } from './names.ts';

/** Accounts in one answer. */
const PAGE = 100;

export class Administration {
  readonly #context: LoginContext;
  readonly #login: Login;

  constructor(context: LoginContext, login: Login) {
    this.#context = context;
    this.#login = login;
  }

  /** In the order of names. @param after key of the last account of the page before */
  async list(after: string | undefined): Promise<{ users: User[]; next?: string }> {
    const found = await this.#context.store.accounts.list(after, PAGE + 1);
    const page = found.slice(0, PAGE);
    const next = found.length > PAGE ? page.at(-1)?.key : undefined;
    return { users: page.map(userOf), ...(next !== undefined && { next }) };
  }

  /** @throws Refusal when the name cannot be had */
  async make({ name, role }: NewUser): Promise<UserWithPassword> {
    const { config, passwords } = this.#context;
    if (config.auth.mode !== 'Accounts') {
      throw new Refusal('Forbidden', 'In this chat nobody has a password but its first administrator.');
    }
    if (role !== 'admin' && isReserved(name, config.assistant.name)) throw nameRefused(name, 'is reserved');
    const password = newPassword();
    const account = await this.#login.make(name, role, await passwords.hash(password));
    log.info('an account was made by an administrator', { user: account.id, role });
    return { user: userOf(account), password };
  }

  /** @param by the administrator: changes nobody's own account, so that one is left. @throws Refusal */
  async change(by: string, id: string, change: UserChange): Promise<User> {
    const { store, sessions } = this.#context;
    const before = await this.#other(by, id);
    if (change.role !== undefined && before.origin !== 'password') {
      throw new Refusal('Forbidden', 'What this person may do is said where they sign in, not here.');
    }
    const { role = before.role, state = before.state } = change;
    await store.accounts.change(id, { role, state });
    if (state === 'disabled') await sessions.endAll(id);
    else if (role !== before.role) await sessions.changed(id);
    log.info('an account was changed by an administrator', { user: id, role, state });
    return userOf({ ...before, role, state });
  }

  /** Gives somebody a new password and ends their sessions. @throws Refusal */
  async reset(by: string, id: string): Promise<UserWithPassword> {
    const { store, sessions, passwords } = this.#context;
    const account = await this.#other(by, id);
    if (account.origin !== 'password') throw new Refusal('Forbidden', 'This person has no password here.');
    const password = newPassword();
    await store.accounts.change(id, { password: await passwords.hash(password) });
    await sessions.endAll(id);
    log.info('a password was reset by an administrator', { user: id });
    return { user: userOf(account), password };
  }

  /** Removes an account and ends its sessions. @throws Refusal */
  async remove(by: string, id: string): Promise<void> {
    const { store, sessions } = this.#context;
    await this.#other(by, id);
    await store.accounts.remove(id);
    await sessions.endAll(id);
    log.info('an account was removed by an administrator', { user: id });
  }

  /** Logs somebody out everywhere. @throws Refusal */
  async endSessions(id: string): Promise<void> {
    const { store, sessions } = this.#context;
    if ((await store.accounts.find(id)) === undefined) throw nobody();
    await sessions.endAll(id);
  }

  /**
   * The administrator of the Secret: made, or made anew when the Secret says another password than last time. A password that
   * they changed since stays. Several backends may do it at once. @throws StoreUnavailable
   */
  async bootstrap({ name, password }: Credentials): Promise<void> {
    const { store, sessions, passwords } = this.#context;
    const key = accountKey(name);
    const known = await store.accounts.findByKey(key);
    if (known !== undefined && known.role === 'admin' && (await passwords.matches(password, known.seed))) return;
    const hash = await passwords.hash(password);
    const account: Account = { ...passwordAccount(name, 'admin', hash), seed: hash };
    if (known === undefined && (await store.accounts.create(account)) === 'done') {
      log.info('the first administrator was made', { user: account.id });
      return;
    }
    // Another backend was faster, or the name belonged to somebody: the Secret counts.
    const present = await store.accounts.findByKey(key);
    if (present === undefined) throw new Error('the account of the first administrator went while it was being made');
    if (present.role === 'admin' && (await passwords.matches(password, present.seed))) return;
    const { role, state, origin } = account;
    await store.accounts.change(present.id, { role, state, origin, password: hash, seed: hash });
    await sessions.endAll(present.id);
    log.info('the first administrator has the password of the Secret now', { user: present.id });
  }

  async #other(by: string, id: string): Promise<Account> {
    if (by === id) throw new Refusal('Forbidden', 'Nobody does that to themselves: another administrator has to.');
    const account = await this.#context.store.accounts.find(id);
    if (account === undefined) throw nobody();
    return account;
  }
}

const nobody = (): Refusal => new Refusal('NotFound', 'There is no such account.');

/** Sixteen letters and digits, some 95 bits. */
function newPassword(): string {
  return randomBytes(12).toString('base64url');
}

function userOf({ id, name, role, state, origin, created }: Account): User {
  return { id, name, role, state, origin, created };
}
