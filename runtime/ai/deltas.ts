/**
 * Streamed text on its way to the room: the first token at once, the rest gathered for some milliseconds. What could not be
 * stored stays and goes with the next part; storing twice does no harm, because each part has its position.
 */
import type { ServerFrame } from '../protocol/frames.ts';
import { log, wordsOf } from '../log.ts';
import type { Store } from '../store/port.ts';
import type { Part } from '../store/runs.ts';

const GATHER_MS = 35;
/** While the store is away. */
const RETRY_MS = 500;

export class Deltas {
  readonly #store: Store;
  readonly #room: string;
  readonly #run: string;
  readonly #part: Part;
  readonly #onEnded: () => void;
  #pending = '';
  /** Where `pending` begins, for browsers and for the store. */
  #at = { units: 0, bytes: 0 };
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;

  /** @param onEnded called when the log says that the run has ended already */
  constructor(store: Store, { room, id }: { room: string; id: string }, part: Part, onEnded: () => void) {
    this.#store = store;
    this.#room = room;
    this.#run = id;
    this.#part = part;
    this.#onEnded = onEnded;
  }

  add(text: string): void {
    this.#pending += text;
    if (this.#at.units === 0) this.#send();
    else this.#later(GATHER_MS);
  }

  /** Waits for what is under way; what is still pending is part of the final message. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#sending;
    clearTimeout(this.#timer);
  }

  #later(wait: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#send();
    }, wait);
  }

  #send(): void {
    if (this.#sending !== undefined || this.#pending === '') return;
    this.#sending = this.#sendPart().finally(() => {
      this.#sending = undefined;
    });
  }

  async #sendPart(): Promise<void> {
    const text = this.#pending;
    const [room, run, part] = [this.#room, this.#run, this.#part];
    const where = part === 'text' ? {} : { part };
    const frame: ServerFrame = { type: 'delta', room, run, at: this.#at.units, text, ...where };
    try {
      const json = JSON.stringify(frame);
      const stored = await this.#store.runs.addText(room, run, this.#at.bytes, text, json, part);
      this.#at = { units: this.#at.units + text.length, bytes: this.#at.bytes + Buffer.byteLength(text) };
      this.#pending = this.#pending.slice(text.length);
      if (!stored) this.#onEnded();
      else if (this.#pending !== '') this.#later(GATHER_MS);
    } catch (error) {
      log.debug('streamed text waits for the store', { run: this.#run, error: wordsOf(error) });
      this.#later(RETRY_MS);
    }
  }
}
