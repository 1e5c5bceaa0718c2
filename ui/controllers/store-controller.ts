import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { ChatStore } from '../state/chat-store.ts';

/**
 * Renders its host when the store changed: at most once a frame, however many frames of the protocol came in. A hidden page
 * has no frames, so a timer stands in there.
 */
export class StoreController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #store: ChatStore;
  #scheduled = false;
  #stop: () => void = () => undefined;

  constructor(host: ReactiveControllerHost, store: ChatStore) {
    this.#host = host;
    this.#store = store;
    host.addController(this);
  }

  hostConnected(): void {
    this.#stop = this.#store.changes.add(() => this.#schedule());
  }

  hostDisconnected(): void {
    this.#stop();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const render = (): void => {
      this.#scheduled = false;
      this.#host.requestUpdate();
    };
    if (document.visibilityState === 'visible') requestAnimationFrame(render);
    else setTimeout(render, 100);
  }
}
