import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Author, Entry } from '../../runtime/protocol/entries.ts';
import type { ServerFrame } from '../../runtime/protocol/frames.ts';
import type { ChatStore } from '../state/chat-store.ts';
import { names } from '../state/mention.ts';
import { remembered } from '../state/remembered.ts';

/** Enough of a text to know what it is about. */
const SHOWN_LENGTH = 160;

/**
 * Notifications of the browser, for who wants them: of messages that name the person, or of all, while nobody looks at the
 * page. A click on one leads to its room.
 */
export class NotifierController implements ReactiveController {
  readonly #store: ChatStore;
  #stop: () => void = () => undefined;

  constructor(host: ReactiveControllerHost, store: ChatStore) {
    this.#store = store;
    host.addController(this);
  }

  hostConnected(): void {
    this.#stop = this.#store.client.frames.add((frame) => this.#onFrame(frame));
  }

  hostDisconnected(): void {
    this.#stop();
  }

  #onFrame(frame: ServerFrame): void {
    const { view } = this.#store;
    const wanted = remembered.notifications;
    if (wanted === 'off' || document.visibilityState === 'visible' || view.at !== 'chat') return;
    if (frame.type === 'mention') this.#show(frame.room, frame.author, frame.text);
    if (frame.type !== 'entry' || frame.entry.kind !== 'message') return;
    const { entry, room } = frame;
    if (entry.author.id === view.me.id || (wanted === 'mentions' && !isNamed(entry, view.me))) return;
    this.#show(room, entry.author, entry.text);
  }

  #show(room: string, author: Author, text: string): void {
    try {
      const shown = new Notification(`${author.name} · ${this.#store.titleOf(room)}`, {
        body: text.slice(0, SHOWN_LENGTH),
        // One for each room: a lively one does not fill the screen.
        tag: `chatapp-${room}`,
      });
      shown.addEventListener('click', () => {
        window.focus();
        if (this.#store.room !== room) this.#store.openRoom(room, 'push');
        shown.close();
      });
    } catch {
      // Some browsers on phones have none for pages.
    }
  }
}

function isNamed(entry: Extract<Entry, { kind: 'message' }>, me: Author): boolean {
  return entry.mentions?.includes(me.id) ?? names(entry.text, me.name);
}
