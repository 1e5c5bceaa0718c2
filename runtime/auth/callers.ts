import type { IncomingMessage } from 'node:http';
import type { RuntimeConfig } from '../config.ts';
import { tokenOf } from './cookie.ts';
import type { Peers } from './request-origin.ts';
import { originOf } from './request-origin.ts';
import type { Present, Sessions } from './sessions.ts';

/** Who sends a request, on REST and at the handshake of a WebSocket alike. */
export class Callers {
  readonly #sessions: Sessions;
  readonly #peers: Peers;
  readonly #basePath: string | undefined;

  constructor(sessions: Sessions, peers: Peers, { basePath }: Pick<RuntimeConfig, 'basePath'>) {
    this.#sessions = sessions;
    this.#peers = peers;
    this.#basePath = basePath;
  }

  /** The person whose living session comes with a request. @throws StoreUnavailable */
  async find(request: IncomingMessage): Promise<Present | undefined> {
    const { scheme } = originOf(request, this.#peers);
    const token = tokenOf(request.headers.cookie, { scheme, basePath: this.#basePath });
    return token === undefined ? undefined : this.#sessions.find(token);
  }
}
