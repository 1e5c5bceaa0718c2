import type { PropertyValues } from 'lit';
import { html, LitElement, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Author } from '../../runtime/protocol/entries.ts';
import type { Unsent } from '../../runtime/protocol/outbox.ts';
import type { RoomState } from '../../runtime/protocol/room-log.ts';
import { ScrollController } from '../controllers/scroll.ts';
import { formatDay, startOfDay, words } from '../locales/words.ts';
import type { Row } from '../state/timeline.ts';
import { timeline } from '../state/timeline.ts';
import type { Shown } from '../state/window.ts';
import { atEnd, further, partOf } from '../state/window.ts';
import { icons } from '../styles/icons.ts';
import { base, controls } from '../styles/shared.ts';
import './chat-message.ts';
import type { ChatMessage } from './chat-message.ts';
import './chat-reply.ts';
import type { ChatReply } from './chat-reply.ts';
import { transcriptStyles } from './chat-transcript.styles.ts';

/**
 * The messages of a room: a log that reads no tokens aloud (the announcer does the talking), with history as far as
 * somebody scrolls and never more than 400 messages in the document.
 * @fires load-older when the known history ends
 */
export class ChatTranscript extends LitElement {
  static override properties = {
    room: { attribute: false },
    roomTitle: { type: String },
    unsent: { attribute: false },
    me: { attribute: false },
    assistant: { type: String },
    empty: { type: String },
    loadingOlder: { type: Boolean },
    shown: { state: true },
  };
  static override styles = [base, controls, transcriptStyles];
  declare room: RoomState;
  declare roomTitle: string;
  declare unsent: readonly Unsent[];
  declare me: Author;
  declare assistant: string;
  /** What stands in a room without messages. */
  declare empty: string;
  declare loadingOlder: boolean;
  declare shown: Shown;
  /** Key of the last item when the reader left the end: what comes after is new. */
  #lastRead: string | undefined;
  #firstShown: string | undefined;
  readonly #scroll = new ScrollController(this, (edge) => this.#near(edge));

  constructor() {
    super();
    this.shown = atEnd;
    this.loadingOlder = false;
  }

  scroller(): HTMLElement | null {
    return this.renderRoot.querySelector('.scroller');
  }

  content(): HTMLElement | null {
    return this.renderRoot.querySelector('.column');
  }

  /** Goes to the newest message and stays there. */
  toNewest(): void {
    this.shown = atEnd;
    this.#scroll.toEnd();
  }

  override render(): unknown {
    const { items } = this.room;
    const { start, end } = partOf(items, this.shown);
    const rows = timeline({
      items: items.slice(start, end),
      unsent: end === items.length ? this.unsent : [],
      me: this.me,
      dayOf: startOfDay,
    });
    if (this.#scroll.follows && end === items.length) this.#lastRead = items.at(-1)?.key;
    return html`
      <div
        class="scroller"
        role="log"
        aria-live="off"
        aria-label=${words.transcript.label(this.roomTitle)}
        tabindex="0"
        @keydown=${this.#keydown}
      >
        <div class="column">
          ${this.#top(start, rows.length)}
          ${repeat(
            rows,
            ({ key }) => key,
            (row) => this.#row(row),
          )}
        </div>
      </div>
      ${this.#scroll.follows && end === items.length ? nothing : this.#jump()}
    `;
  }

  #top(start: number, count: number): unknown {
    const { phase, hasMore } = this.room;
    if (phase === 'loading' && count === 0) return skeleton();
    if (this.loadingOlder) return html`<p class="edge">${words.transcript.loadingOlder}</p>`;
    if (start > 0 || hasMore || phase !== 'ready') return html`<p class="edge"></p>`;
    if (count > 0) return html`<p class="edge">${words.transcript.beginning(this.roomTitle)}</p>`;
    return html`<div class="empty">
      <div class="empty-mark" aria-hidden="true">${icons.spark}</div>
      <h2>${this.roomTitle}</h2>
      <p>${this.empty}</p>
    </div>`;
  }

  #row(row: Row): unknown {
    switch (row.kind) {
      case 'day':
        return html`<p class="day"><span>${formatDay(row.time, Date.now())}</span></p>`;
      case 'message':
        return html`<chat-message
          data-row
          .item=${row.item}
          .unsent=${row.unsent}
          .own=${row.own}
          .follows=${row.follows}
        ></chat-message>`;
      case 'reply':
        return html`<chat-reply data-row .item=${row.item} .assistant=${this.assistant}></chat-reply>`;
    }
  }

  #jump(): unknown {
    const { items } = this.room;
    const read = items.findLastIndex(({ key }) => key === this.#lastRead);
    const unread = read < 0 ? 0 : items.length - 1 - read;
    const text = unread === 0 ? words.transcript.newest : words.transcript.newMessages(unread);
    return html`<button class="jump" type="button" @click=${() => this.toNewest()}>${icons.down}${text}</button>`;
  }

  protected override updated(changed: PropertyValues): void {
    const first = partOf(this.room.items, this.shown).start;
    const key = this.room.items[first]?.key;
    // Older ones that came lie above the part that is shown: the reader may want them already.
    const rowsMayMove = key !== this.#firstShown || changed.has('shown') || changed.has('loadingOlder');
    if (!rowsMayMove) return;
    this.#firstShown = key;
    void this.#settle();
  }

  /** Rows take their sizes a moment after they were put in. */
  async #settle(): Promise<void> {
    await this.updateComplete;
    const rows = [...this.renderRoot.querySelectorAll<ChatMessage | ChatReply>('[data-row]')];
    await Promise.all(rows.map((row) => row.updateComplete));
    this.#scroll.rowsChanged();
  }

  /** Arrows go from message to message; a message's own buttons come next by Tab. */
  readonly #keydown = (event: KeyboardEvent): void => {
    const rows = [...this.renderRoot.querySelectorAll<ChatMessage | ChatReply>('[data-row]')];
    const at = rows.findIndex((row) => row === event.target);
    if (at < 0 && event.target !== event.currentTarget) return;
    const next = neighbour(event.key, at, rows.length);
    const row = next === undefined ? undefined : rows[next];
    if (row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    row.renderRoot.querySelector('article')?.focus();
  };

  #near(edge: 'up' | 'down'): void {
    // One step at a time: a second one before the first is drawn would lose the row that keeps the place.
    if (this.isUpdatePending) {
      void this.#settle();
      return;
    }
    const next = further(this.room.items, this.shown, edge);
    if (next.first !== this.shown.first) {
      // At the end nothing needs a fixed beginning; up there it does, so that the end may go out of sight.
      if (edge === 'down' || !this.#scroll.follows) this.shown = next;
    }
    const atBeginning = partOf(this.room.items, this.shown).start === 0;
    if (edge === 'up' && atBeginning && this.room.hasMore && !this.loadingOlder) {
      this.dispatchEvent(new CustomEvent('load-older', { bubbles: true, composed: true }));
    }
  }
}

/** Index of the row that a key leads to; -1 is the list itself, whose nearest message is the newest. */
function neighbour(key: string, at: number, count: number): number | undefined {
  const from = at < 0 ? count : at;
  switch (key) {
    case 'ArrowUp':
      return Math.max(0, from - 1);
    case 'ArrowDown':
      return Math.min(count - 1, from + 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

const skeleton = (): unknown =>
  html`<div class="skeleton" role="status">
    <span class="hidden-words">${words.transcript.loading}</span>
    <i></i><i></i><i></i><i></i>
  </div>`;

customElements.define('chat-transcript', ChatTranscript);
