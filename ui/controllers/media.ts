import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Whether a media query holds, for what CSS alone cannot do: leaving out a part of the page. */
export class MediaController implements ReactiveController {
  readonly #query: MediaQueryList;
  readonly #host: ReactiveControllerHost;
  readonly #changed = (): void => this.#host.requestUpdate();

  constructor(host: ReactiveControllerHost, query: string) {
    this.#host = host;
    this.#query = matchMedia(query);
    host.addController(this);
  }

  get matches(): boolean {
    return this.#query.matches;
  }

  hostConnected(): void {
    this.#query.addEventListener('change', this.#changed);
  }

  hostDisconnected(): void {
    this.#query.removeEventListener('change', this.#changed);
  }
}
