/** Sessions: a random token in a cookie, its hash in the store. */
import { createHash, randomBytes } from 'node:crypto';
import type { Author } from '../protocol/entries.ts';
import type { KnownSession, SessionPlace, StoredSession, Store } from '../store/port.ts';
import { accountKey, isReserved, nameKey } from './names.ts';

/** A name stays with its user so long after the last sign of life; connections renew it with their heartbeat. */
const NAME_HOLD_SECONDS = 60;

export type Entered =
  | { readonly ok: true; readonly token: string; readonly user: Author }
  | { readonly ok: false; readonly reason: 'reserved' | 'taken' };

/** A person with the session (hash of its token) by which they are known. */
export interface Present {
  readonly user: Author;
  readonly session: string;
}

export class Sessions {
  readonly #store: Store;
  readonly #assistantName: string;
  readonly #maxAgeSeconds: number;

  constructor(store: Store, assistantName: string, maxAgeSeconds: number) {
    this.#store = store;
    this.#assistantName = assistantName;
    this.#maxAgeSeconds = maxAgeSeconds;
  }

  get maxAgeSeconds(): number {
    return this.#maxAgeSeconds;
  }

  /** Lets in a guest. @throws StoreUnavailable */
  async enter(name: string): Promise<Entered> {
    if (isReserved(name, this.#assistantName)) return { ok: false, reason: 'reserved' };
    if ((await this.#store.accounts.findByKey(accountKey(name))) !== undefined) return { ok: false, reason: 'taken' };
    const user: Author = { id: `u-${randomBytes(12).toString('base64url')}`, name, role: 'guest' };
    const token = newToken();
    const session: StoredSession = { user, nameKey: nameKey(name) };
    const created = await this.#store.sessions.create(hashOf(token), session, this.#maxAgeSeconds, NAME_HOLD_SECONDS);
    return created ? { ok: true, token, user } : { ok: false, reason: 'taken' };
  }

  /**
   * Begins a session of an account.
   * @returns its token; nothing when the account is gone or disabled. @throws StoreUnavailable
   */
  async begin(account: string, place: SessionPlace, token = newToken()): Promise<string | undefined> {
    const begun = await this.#store.sessions.createFor(account, hashOf(token), place, this.#maxAgeSeconds);
    return begun ? token : undefined;
  }

  /** The person of a token, if the session lives. Counts as a sign of life. */
  async find(token: string): Promise<Present | undefined> {
    const session = hashOf(token);
    const user = await this.stillLives(session);
    return user === undefined ? undefined : { user, session };
  }

  /** @param session hash of a token */
  async stillLives(session: string): Promise<Author | undefined> {
    return (await this.#store.sessions.resume(session, NAME_HOLD_SECONDS))?.user;
  }

  /** Sessions of an account, oldest first; none of a guest, who has only the one at hand. */
  of(user: string): Promise<KnownSession[]> {
    return this.#store.sessions.of(user);
  }

  /** Ends a session everywhere: every process closes its sockets. */
  async end(session: string): Promise<void> {
    await this.#store.sessions.remove(session);
    await this.#store.control.publish({ kind: 'session-ended', session });
  }

  /** Ends all sessions of an account everywhere, or all but one. */
  async endAll(user: string, except?: string): Promise<void> {
    await this.#store.sessions.removeOf(user, except);
    await this.#store.control.publish({ kind: 'user-out', user, ...(except !== undefined && { except }) });
  }

  /** A person has another name or role now: their sockets come back as what they are. */
  async changed(user: string): Promise<void> {
    await this.#store.control.publish({ kind: 'user-changed', user });
  }
}

const newToken = (): string => randomBytes(32).toString('base64url');

/** At rest only hashes: whoever reads the store cannot enter with what is there. Tokens are random, so no salt is needed. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
