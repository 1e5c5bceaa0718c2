import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { ServerFrame } from '../../runtime/protocol/frames.ts';
import { formatNumber } from '../locales/words.ts';
import type { ChatStore } from '../state/chat-store.ts';

/** How much others wrote in the room while nobody looked at the page: a number before the title, gone at the first look. */
export class TitleBadgeController implements ReactiveController {
  readonly #store: ChatStore;
  #stops: (() => void)[] = [];
  #count = 0;

  constructor(host: ReactiveControllerHost, store: ChatStore) {
    this.#store = store;
    host.addController(this);
  }

  hostConnected(): void {
    const { client, changes } = this.#store;
    this.#stops = [client.frames.add((frame) => this.#onFrame(frame)), changes.add(() => this.#show())];
    document.addEventListener('visibilitychange', this.#look);
  }

  hostDisconnected(): void {
    for (const stop of this.#stops) stop();
    document.removeEventListener('visibilitychange', this.#look);
  }

  #onFrame(frame: ServerFrame): void {
    if (document.visibilityState === 'visible' || frame.type !== 'entry' || frame.room !== this.#store.room) return;
    const { entry } = frame;
    const { view } = this.#store;
    const mine = entry.kind === 'message' && view.at === 'chat' && entry.author.id === view.me.id;
    if (mine || entry.kind === 'run-start') return;
    this.#count++;
    this.#show();
  }

  readonly #look = (): void => {
    if (document.visibilityState !== 'visible') return;
    this.#count = 0;
    this.#show();
  };

  #show(): void {
    const title = this.#store.pageTitle;
    const shown = this.#count === 0 ? title : `(${formatNumber(this.#count)}) ${title}`;
    if (document.title !== shown) document.title = shown;
  }
}
