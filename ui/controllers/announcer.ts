import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { ServerFrame } from '../../runtime/protocol/frames.ts';
import { words } from '../locales/words.ts';
import type { ChatStore } from '../state/chat-store.ts';

/** Enough of a text to know what it is about; the rest is in the transcript. */
const SPOKEN_LENGTH = 200;

/**
 * What a screen reader is told, in one polite region: who wrote what, that the assistant writes, and how its text begins.
 * Never tokens, and nothing of what was there before.
 */
export class AnnouncerController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #store: ChatStore;
  #stops: (() => void)[] = [];
  #lost = false;
  #text = '';

  constructor(host: ReactiveControllerHost, store: ChatStore) {
    this.#host = host;
    this.#store = store;
    host.addController(this);
  }

  get text(): string {
    return this.#text;
  }

  hostConnected(): void {
    const { client } = this.#store;
    this.#stops = [client.frames.add((frame) => this.#onFrame(frame)), client.changes.add(() => this.#onLink())];
  }

  hostDisconnected(): void {
    for (const stop of this.#stops) stop();
  }

  #onLink(): void {
    const { phase } = this.#store.client.link;
    if (phase === 'waiting' && !this.#lost) {
      this.#lost = true;
      this.#say(words.connection.lostSpoken);
    } else if (phase === 'connected' && this.#lost) {
      this.#lost = false;
      this.#say(words.connection.backSpoken);
    }
  }

  #onFrame(frame: ServerFrame): void {
    if (frame.type !== 'entry' || frame.room !== this.#store.room) return;
    const { entry } = frame;
    const assistant = this.#store.config.assistant.name;
    if (entry.kind === 'run-start') {
      this.#say(words.reply.writingSpoken(assistant));
    } else if (entry.kind === 'run-end') {
      const outcome = words.reply[entry.outcome];
      const spoken = [entry.text.slice(0, SPOKEN_LENGTH), outcome].filter((part) => part !== '').join(' · ');
      this.#say(words.reply.doneSpoken(assistant, spoken));
    } else if (entry.kind === 'message') {
      const { view } = this.#store;
      if (view.at !== 'chat' || entry.author.id === view.me.id) return;
      this.#say(words.reply.doneSpoken(entry.author.name, entry.text.slice(0, SPOKEN_LENGTH)));
    }
  }

  #say(text: string): void {
    this.#text = text;
    this.#host.requestUpdate();
  }
}
