import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { RuntimeConfig } from '../config.ts';
import { tokenOf } from './cookie.ts';
import type { Externals } from './externals.ts';
import { identityFrom } from './identity-headers.ts';
import type { Peers } from './request-origin.ts';
import { originOf } from './request-origin.ts';
import type { Present, Sessions } from './sessions.ts';

export interface CallersOptions {
  readonly config: Pick<RuntimeConfig, 'auth' | 'basePath'>;
  readonly sessions: Sessions;
  readonly externals: Externals;
  readonly peers: Peers;
  /** By which frontends prove that they are some, where they say who calls. */
  readonly frontendKey: string | undefined;
}

/** Who sends a request, on REST and at the handshake of a WebSocket alike. */
export class Callers {
  readonly #options: CallersOptions;

  constructor(options: CallersOptions) {
    this.#options = options;
  }

  /** The person whose living session comes with a request. @throws StoreUnavailable, Refusal */
  async find(request: IncomingMessage): Promise<Present | undefined> {
    const { config, sessions, peers } = this.#options;
    if (config.auth.mode === 'TrustedHeader') return this.#named(request, config.auth.adminGroup);
    const { scheme } = originOf(request, peers);
    const token = tokenOf(request.headers.cookie, { scheme, basePath: config.basePath });
    return token === undefined ? undefined : sessions.find(token);
  }

  /** The person that a proxy names. Their session is one for all their devices, and begins with each first request anew. */
  async #named(request: IncomingMessage, adminGroup: string | undefined): Promise<Present | undefined> {
    const { sessions, externals, peers, frontendKey } = this.#options;
    const named = identityFrom(request.headers, adminGroup);
    if (named === undefined || !isKey(named.key, frontendKey)) return undefined;
    const account = await externals.admit(named.identity);
    // No cookie can hold it: it has signs that none of ours has.
    const token = `header:${account.id}`;
    const present = await sessions.find(token);
    if (present !== undefined) return present;
    const agent = (request.headers['user-agent'] ?? '').slice(0, 200);
    const begun = await sessions.begin(account.id, { agent, address: originOf(request, peers).address }, token);
    return begun === undefined ? undefined : sessions.find(token);
  }
}

function isKey(given: string, key: string | undefined): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return key !== undefined && timingSafeEqual(hash(given), hash(key));
}
