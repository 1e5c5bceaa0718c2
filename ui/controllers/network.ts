import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { ChatClient } from '../../runtime/protocol/client.ts';

/**
 * What the browser knows of its network: it is back (try at once), it went, the page was asleep (is the connection alive?).
 */
export class NetworkController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #client: ChatClient;

  constructor(host: ReactiveControllerHost, client: ChatClient) {
    this.#host = host;
    this.#client = client;
    host.addController(this);
  }

  get online(): boolean {
    return navigator.onLine;
  }

  hostConnected(): void {
    addEventListener('online', this.#online);
    addEventListener('offline', this.#offline);
    document.addEventListener('visibilitychange', this.#visible);
  }

  hostDisconnected(): void {
    removeEventListener('online', this.#online);
    removeEventListener('offline', this.#offline);
    document.removeEventListener('visibilitychange', this.#visible);
  }

  readonly #online = (): void => {
    if (this.#client.link.phase === 'waiting') this.#client.connect();
    else this.#client.probe();
    this.#host.requestUpdate();
  };

  readonly #offline = (): void => {
    this.#client.probe();
    this.#host.requestUpdate();
  };

  readonly #visible = (): void => {
    if (document.visibilityState === 'visible') this.#client.probe();
  };
}
