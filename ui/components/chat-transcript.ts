import type { PropertyValues } from 'lit';
import { html, LitElement, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Author } from '../../runtime/protocol/entries.ts';
import type { Unsent } from '../../runtime/protocol/outbox.ts';
import type { Item, RoomState } from '../../runtime/protocol/room-log.ts';
import { compareOffsets } from '../../runtime/protocol/offset.ts';
import { ScrollController } from '../controllers/scroll.ts';
import { formatDay, startOfDay, words } from '../locales/words.ts';
import type { Action, ItemRequest, Rights } from '../state/actions.ts';
import { actionsFor } from '../state/actions.ts';
import { indexAfter, indexOf } from '../state/items.ts';
import type { Row } from '../state/timeline.ts';
import { timeline } from '../state/timeline.ts';
import { writes } from '../state/writes.ts';
import type { Shown } from '../state/window.ts';
import { around, atEnd, further, partOf } from '../state/window.ts';
import { icons } from '../styles/icons.ts';
import { base, controls } from '../styles/shared.ts';
import './chat-message.ts';
import type { ChatMessage } from './chat-message.ts';
import './chat-reply.ts';
import type { ChatReply } from './chat-reply.ts';
import { transcriptStyles } from './chat-transcript.styles.ts';

type RowElement = ChatMessage | ChatReply;

/** How long a message that was gone to is marked, in milliseconds. */
const MARKED_FOR_MS = 5000;

/**
 * The messages of a room: a log that reads no tokens aloud (the announcer does the talking), with history as far as
 * somebody scrolls and never more than 400 messages in the document.
 * @fires load-older when the known history ends
 * @fires jump-to with an offset, for the first unread message
 * @fires reads-newest when the end is in view and something new may be there
 * @fires act-on-item with an {@link ItemRequest}
 * @fires begin-writing when a character is typed here that is no command
 */
export class ChatTranscript extends LitElement {
  static override properties = {
    room: { attribute: false },
    roomTitle: { type: String },
    unsent: { attribute: false },
    me: { attribute: false },
    rights: { type: String },
    assistant: { type: String },
    empty: { type: String },
    loadingOlder: { type: Boolean },
    going: { type: Boolean },
    unreadAfter: { attribute: false },
    shown: { state: true },
    unreadAbove: { state: true },
    found: { state: true },
  };
  static override styles = [base, controls, transcriptStyles];
  declare room: RoomState;
  declare roomTitle: string;
  declare unsent: readonly Unsent[];
  declare me: Author;
  declare rights: Rights;
  declare assistant: string;
  /** What stands in a room without messages. */
  declare empty: string;
  declare loadingOlder: boolean;
  /** A message of long ago is being looked for. */
  declare going: boolean;
  /** Offset where the reader's last visit ended; `undefined` where nothing is marked as new. */
  declare unreadAfter: string | undefined;
  declare shown: Shown;
  /** The first unread message lies above the view. */
  declare unreadAbove: boolean;
  /** Key of the message that was gone to. */
  declare found: string | undefined;
  /** Key of the last item when the reader left the end: what comes after is new. */
  #lastRead: string | undefined;
  #firstShown: string | undefined;
  #foundTimer: ReturnType<typeof setTimeout> | undefined;
  /** The message that the keys led to: letters do something with it. */
  #chosen: RowElement | undefined;
  readonly #scroll = new ScrollController(this, (edge) => this.#near(edge));

  constructor() {
    super();
    this.shown = atEnd;
    this.rights = 'write';
    this.loadingOlder = this.going = this.unreadAbove = false;
  }

  scroller(): HTMLElement | null {
    return this.renderRoot.querySelector('.scroller');
  }

  content(): HTMLElement | null {
    return this.renderRoot.querySelector('.column');
  }

  /** Whether the newest message is in view. */
  get atNewest(): boolean {
    return this.#scroll.follows && partOf(this.room.items, this.shown).end === this.room.items.length;
  }

  /** Goes to the newest message and stays there. */
  toNewest(): void {
    this.shown = atEnd;
    this.found = undefined;
    this.#scroll.toEnd();
  }

  /**
   * Goes to a message that is known, marks it and puts the focus on it.
   * @param offset of the message or of the end of a reply; `after`: the first one behind it
   * @returns whether it is there
   */
  async toItem(offset: string, which: 'this' | 'after' = 'this'): Promise<boolean> {
    const { items } = this.room;
    const index = which === 'this' ? indexOf(items, offset) : indexAfter(items, offset);
    const item = items[index];
    if (item === undefined) return false;
    const { start, end } = partOf(items, this.shown);
    this.#scroll.letGo();
    if (index < start || index >= end) this.shown = around(items, index);
    this.#mark(item);
    this.#chosen = undefined;
    await this.#rowsReady();
    const row = this.#rowOf(item);
    if (row === undefined) return false;
    this.#scroll.toRow(row);
    row.renderRoot.querySelector('article')?.focus({ preventScroll: true });
    this.#lookForUnread();
    return true;
  }

  #mark({ key }: Item): void {
    this.found = key;
    clearTimeout(this.#foundTimer);
    this.#foundTimer = setTimeout(() => (this.found = undefined), MARKED_FOR_MS);
  }

  /** Puts the focus back on a message, after what was done with it. */
  focusItem(item: Item): void {
    this.#rowOf(item)?.renderRoot.querySelector('article')?.focus({ preventScroll: true });
  }

  override render(): unknown {
    const { items } = this.room;
    const { start, end } = partOf(items, this.shown);
    const rows = timeline({
      items: items.slice(start, end),
      known: items,
      unreadAfter: this.#markShown(start),
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
        @pointerdown=${() => (this.#chosen = undefined)}
        @scroll=${this.#lookForUnread}
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
      ${this.#above()} ${this.#scroll.follows && end === items.length ? nothing : this.#jump()}
    `;
  }

  /** The line "New" stands where the mark is; with the mark above everything known, there is no telling where. */
  #markShown(start: number): string | undefined {
    const { items, hasMore } = this.room;
    const mark = this.unreadAfter;
    const first = items[start];
    if (mark === undefined || first === undefined) return undefined;
    const isAbove = compareOffsets(first.offset, mark) > 0;
    return isAbove && (start > 0 || hasMore) ? undefined : mark;
  }

  /** What floats over the top: that a message is being looked for, or the way to the first new one. */
  #above(): unknown {
    if (this.going) return html`<p class="jump top" role="status">${words.transcript.going}</p>`;
    if (!this.unreadAbove) return nothing;
    return html`<button class="jump top" type="button" @click=${this.#toUnread}>
      ${icons.up}${words.transcript.jumpToUnread}
    </button>`;
  }

  #top(start: number, count: number): unknown {
    const { phase, hasMore } = this.room;
    if (phase === 'loading' && count === 0) return skeleton();
    if (this.loadingOlder) return html`<p class="edge">${words.transcript.loadingOlder}</p>`;
    if (start > 0 || hasMore || phase !== 'ready') return html`<p class="edge"></p>`;
    if (count > 0) return html`<p class="edge">${words.transcript.beginning(this.roomTitle)}</p>`;
    return html`<div class="empty">
      <div class="empty-mark" aria-hidden="true">${icons.spark}</div>
      <h2 dir="auto">${this.roomTitle}</h2>
      <p>${this.empty}</p>
    </div>`;
  }

  #row(row: Row): unknown {
    switch (row.kind) {
      case 'day':
        return html`<p class="day"><span>${formatDay(row.time, Date.now())}</span></p>`;
      case 'unread':
        return html`<p class="day unread"><span>${words.transcript.unread}</span></p>`;
      case 'message':
        return html`<chat-message
          data-row
          ?data-found=${row.key === this.found}
          .item=${row.item}
          .me=${this.me}
          .rights=${this.rights}
          .assistant=${this.assistant}
          .unsent=${row.unsent}
          .quoted=${row.quoted}
          .mentioned=${row.mentioned}
          .own=${row.own}
          .follows=${row.follows}
        ></chat-message>`;
      case 'reply':
        return html`<chat-reply
          data-row
          ?data-found=${row.key === this.found}
          .item=${row.item}
          .me=${this.me}
          .rights=${this.rights}
          .quoted=${row.quoted}
          .assistant=${this.assistant}
        ></chat-reply>`;
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
    if (this.atNewest) this.#tellNewest();
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
    await this.#rowsReady();
    this.#scroll.rowsChanged();
    this.#lookForUnread();
  }

  async #rowsReady(): Promise<void> {
    await this.updateComplete;
    await Promise.all(this.#rows().map((row) => row.updateComplete));
  }

  #rows(): RowElement[] {
    return [...this.renderRoot.querySelectorAll<RowElement>('[data-row]')];
  }

  #rowOf({ kind, key }: Item): RowElement | undefined {
    return this.#rows().find(({ item }) => item.kind === kind && item.key === key);
  }

  readonly #toUnread = (): void =>
    void this.dispatchEvent(
      new CustomEvent<string>('jump-to', { detail: this.unreadAfter ?? '', bubbles: true, composed: true }),
    );

  /** Whether the first new message is out of sight, above. */
  readonly #lookForUnread = (): void => {
    const scroller = this.scroller();
    if (scroller === null) return;
    const line = this.renderRoot.querySelector('.unread');
    const { items } = this.room;
    const somethingNew = this.unreadAfter !== undefined && indexAfter(items, this.unreadAfter) < items.length;
    this.unreadAbove =
      somethingNew &&
      (line === null
        ? this.#markShown(partOf(items, this.shown).start) === undefined
        : line.getBoundingClientRect().bottom < scroller.getBoundingClientRect().top);
    if (this.atNewest) this.#tellNewest();
  };

  #tellNewest(): void {
    this.dispatchEvent(new CustomEvent('reads-newest', { bubbles: true, composed: true }));
  }

  /**
   * Arrows go from message to message, and letters do something with the one they led to. On any other, which was gone to or
   * clicked, and on the list itself, letters begin a message.
   */
  readonly #keydown = (event: KeyboardEvent): void => {
    const rows = this.#rows();
    const at = rows.findIndex((row) => row === event.target);
    if (at < 0 && event.target !== event.currentTarget) return;
    const onMessage = isMessage(event.composedPath()[0]);
    if (writes(event) && (at < 0 || (onMessage && rows[at] !== this.#chosen))) {
      this.dispatchEvent(new CustomEvent('begin-writing', { bubbles: true, composed: true }));
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const request = onMessage ? this.#requestFor(event, rows[at]) : undefined;
    if (request !== undefined) {
      event.preventDefault();
      this.dispatchEvent(new CustomEvent('act-on-item', { detail: request, bubbles: true, composed: true }));
      return;
    }
    const next = neighbour(event.key, at, rows.length);
    const row = next === undefined ? undefined : rows[next];
    if (row === undefined) return;
    event.preventDefault();
    this.#chosen = row;
    row.renderRoot.querySelector('article')?.focus();
  };

  #requestFor({ key }: KeyboardEvent, row: RowElement | undefined): ItemRequest | undefined {
    const action = KEYS[key];
    const opener = row?.renderRoot.querySelector<HTMLElement>('article');
    if (row === undefined || action === undefined || opener === undefined || opener === null) return undefined;
    const { item } = row;
    const possible = actionsFor(item, this.me, this.rights);
    if (action === 'menu') return possible.length === 0 ? undefined : { what: 'menu', item, opener };
    if (!possible.includes(action)) return undefined;
    return action === 'react' ? { what: 'emoji', item, opener } : { what: action, item };
  }

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

const KEYS: Readonly<Record<string, Action | 'menu'>> = {
  ...{ Enter: 'menu', r: 'reply', e: 'edit', c: 'copy', '+': 'react', Delete: 'delete' },
};

function isMessage(target: EventTarget | undefined): boolean {
  return target instanceof HTMLElement && target.localName === 'article';
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
