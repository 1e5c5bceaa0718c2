/** Guest sessions: a random token in a cookie, its hash in the store. */
import { createHash, randomBytes } from 'node:crypto';
import type { Author } from '../protocol/entries.ts';
import type { StoredSession, Store } from '../store/port.ts';
import { isReserved, nameKey } from './names.ts';

/** A name stays with its user so long after the last sign of life; connections renew it with their heartbeat. */
const NAME_HOLD_SECONDS = 60;

export type Entered =
  | { readonly ok: true; readonly token: string; readonly user: Author }
  | { readonly ok: false; readonly reason: 'reserved' | 'taken' };

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

  /** @throws StoreUnavailable */
  async enter(name: string): Promise<Entered> {
    if (isReserved(name, this.#assistantName)) return { ok: false, reason: 'reserved' };
    const user: Author = { id: `u-${randomBytes(12).toString('base64url')}`, name, role: 'guest' };
    const token = randomBytes(32).toString('base64url');
    const session: StoredSession = { user, nameKey: nameKey(name) };
    const created = await this.#store.sessions.create(hashOf(token), session, this.#maxAgeSeconds, NAME_HOLD_SECONDS);
    return created ? { ok: true, token, user } : { ok: false, reason: 'taken' };
  }

  /** The person of a token, if the session lives. Counts as a sign of life. */
  async find(token: string): Promise<{ user: Author; session: string } | undefined> {
    const session = hashOf(token);
    const user = await this.stillLives(session);
    return user === undefined ? undefined : { user, session };
  }

  /** @param session hash of a token */
  async stillLives(session: string): Promise<Author | undefined> {
    return (await this.#store.sessions.resume(session, NAME_HOLD_SECONDS))?.user;
  }

  /** Ends a session everywhere: every process closes its sockets. */
  async leave(token: string): Promise<void> {
    const session = hashOf(token);
    await this.#store.sessions.remove(session);
    await this.#store.control.publish({ kind: 'session-ended', session });
  }
}

/** At rest only hashes: whoever reads the store cannot enter with what is there. Tokens are random, so no salt is needed. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
