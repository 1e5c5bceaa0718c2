import type { PropertyValues } from 'lit';
import { html, LitElement, nothing } from 'lit';
import type { Author } from '../../runtime/protocol/entries.ts';
import type { ReplyItem } from '../../runtime/protocol/room-log.ts';
import {
  formatNumber,
  formatPercent,
  formatSeconds,
  formatSpan,
  formatTime,
  speaksAsServer,
  words,
} from '../locales/words.ts';
import type { Rights } from '../state/actions.ts';
import { actionsFor } from '../state/actions.ts';
import type { Quoted } from '../state/timeline.ts';
import { assistantMark } from '../styles/assistant-mark.ts';
import { icons } from '../styles/icons.ts';
import { rowStyles } from '../styles/row.ts';
import { base, controls } from '../styles/shared.ts';
import { replyStyles } from './chat-reply.styles.ts';
import './markdown-text.ts';
import type { MarkdownText } from './markdown-text.ts';
import './message-quote.ts';
import './message-tools.ts';
import './reaction-bar.ts';

/** A wait in the queue that is worth a word, in milliseconds. */
const LONG_WAIT_MS = 1000;
/** As long as a click that was meant for "Stop" may be late, in milliseconds: other buttons stand in its place then. */
const REST_MS = 700;

/**
 * A reply of the assistant: waiting, streaming, or ended in one of its outcomes.
 * @fires stop-reply, retry-reply, continue-reply with the run's id as their detail
 */
export class ChatReply extends LitElement {
  static override properties = {
    item: { attribute: false },
    me: { attribute: false },
    rights: { type: String },
    quoted: { attribute: false },
    assistant: { type: String },
    stopping: { state: true },
    resting: { state: true },
  };
  static override styles = [base, controls, rowStyles, assistantMark, replyStyles];
  declare item: ReplyItem;
  /** The reader. */
  declare me: Author;
  declare rights: Rights;
  /** The question, where it does not stand directly above. */
  declare quoted: Quoted | undefined;
  /** The assistant's name. */
  declare assistant: string;
  declare stopping: boolean;
  /** The reply ended a moment ago, or was asked to go on: no click counts. */
  declare resting: boolean;
  #restTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.assistant = '';
    this.stopping = this.resting = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#restTimer);
    this.resting = false;
  }

  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get('item') as ReplyItem | undefined;
    if (before !== undefined && before.state !== 'ended' && this.item.state === 'ended') this.#rest();
  }

  override render(): unknown {
    const { item } = this;
    const actions = actionsFor(item, this.me, this.rights);
    const time = formatTime(item.time);
    const label = words.reply.label(this.assistant, time, this.#stateWords());
    return html`
      <article tabindex="-1" aria-label=${label} data-run=${item.key} data-state=${item.outcome ?? item.state}>
        <div class="mark" aria-hidden="true">${icons.spark}</div>
        <div class="body">
          <div class="head" aria-hidden="true">
            <span class="author" dir="auto">${this.assistant}</span>
            <time datetime=${new Date(item.time).toISOString()}>${time}</time>
            <span class="model">${item.model}</span>
          </div>
          ${
            this.quoted === undefined || item.deleted !== undefined
              ? nothing
              : html`<message-quote .quoted=${this.quoted} .assistant=${this.assistant}></message-quote>`
          }
          ${this.#thinking()} ${this.#text()}
          ${item.reactions === undefined ? nothing : html`<reaction-bar .item=${item} .me=${this.me} .rights=${this.rights}></reaction-bar>`}
          ${item.state === 'ended' ? this.#end() : this.#progress()}
        </div>
        ${actions.length === 0 ? nothing : html`<message-tools .item=${item} .actions=${actions}></message-tools>`}
      </article>
    `;
  }

  /** Complete with its text, so that it has its size. */
  protected override async getUpdateComplete(): Promise<boolean> {
    const complete = await super.getUpdateComplete();
    await this.renderRoot.querySelector<MarkdownText>('markdown-text')?.updateComplete;
    return complete;
  }

  #text(): unknown {
    const { text, deleted } = this.item;
    if (deleted !== undefined) return html`<p class="gone">${words.message.deleted}</p>`;
    return text === '' ? nothing : html`<markdown-text .text=${text}></markdown-text>`;
  }

  #stateWords(): string {
    const { state, outcome } = this.item;
    if (state === 'waiting') return words.reply.waiting;
    if (state === 'running') return words.reply.writing;
    return outcome === undefined ? '' : words.reply[outcome];
  }

  #progress(): unknown {
    const { item } = this;
    return html`<div class="foot">
      ${item.text === '' ? html`<span class="waits">${this.#waits()}</span>` : nothing}
      <span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>
      <button
        class="small stop"
        type="button"
        ?disabled=${this.stopping}
        @click=${this.#stop}
        aria-keyshortcuts="Escape"
      >
        ${icons.stop}${this.stopping ? words.reply.stopping : words.reply.stop}
      </button>
    </div>`;
  }

  #waits(): string {
    const { model, place, waitsFor } = this.item;
    if (place === undefined) return words.reply.thinking;
    if (waitsFor === undefined) return words.reply.place(place);
    if (waitsFor.for === 'waking') {
      const { usualSeconds } = waitsFor;
      return words.reply.waking(usualSeconds === undefined ? undefined : formatSpan(usualSeconds));
    }
    const { percent, remainingSeconds } = waitsFor;
    return words.reply.pulled(
      model,
      formatPercent(percent),
      remainingSeconds < 0 ? undefined : formatSpan(remainingSeconds),
    );
  }

  #end(): unknown {
    const { outcome, stats, deleted } = this.item;
    if (deleted !== undefined) return nothing;
    if (outcome === 'done') {
      const told = stats === undefined ? nothing : html`<p class="stats">${this.#stats()}</p>`;
      if (stats?.cut === undefined) return told;
      return html`${told}
        <div class="outcome">
          <p>${words.reply.cut}</p>
          ${this.#next('continue-reply', words.reply.goOn)}
        </div>`;
    }
    const bad = outcome === 'failed' || outcome === 'refused';
    return html`<div class="outcome ${bad ? 'bad' : ''}">
      <p><strong>${this.#stateWords()}</strong>${this.#why()}</p>
      ${this.#next('retry-reply', html`${icons.retry}${words.retry}`)}
      ${(outcome === 'stopped' || outcome === 'interrupted') && this.item.text !== '' ? this.#next('continue-reply', words.reply.goOn) : nothing}
    </div>`;
  }

  #next(what: 'retry-reply' | 'continue-reply', says: unknown): unknown {
    if (this.rights === 'read') return nothing;
    const ask = (): void => {
      if (this.resting) return;
      this.#rest();
      this.#tell(what);
    };
    return html`<button class="small" type="button" aria-disabled=${this.resting ? 'true' : 'false'} @click=${ask}>
      ${says}
    </button>`;
  }

  #rest(): void {
    this.resting = true;
    clearTimeout(this.#restTimer);
    this.#restTimer = setTimeout(() => (this.resting = false), REST_MS);
  }

  /** What the model thought before it answered, for who wants to know. */
  #thinking(): unknown {
    const { thinking, deleted } = this.item;
    if (thinking === undefined || thinking === '' || deleted !== undefined) return nothing;
    return html`<details class="thinking">
      <summary>${words.reply.thoughts}</summary>
      <p dir="auto">${thinking}</p>
    </details>`;
  }

  #why(): string {
    const { outcome, reason, message } = this.item;
    if (outcome === 'stopped') return '';
    const fallback = outcome === 'interrupted' ? words.reply.interruptedWhy : words.reply.failedWhy;
    const known = reason === undefined ? fallback : words.reply.reasons[reason];
    return ` · ${speaksAsServer() ? (message ?? known) : known}`;
  }

  #stats(): string {
    const { tokensPerSecond, firstTokenMs, waitMs } = this.item.stats ?? {};
    const parts = [
      tokensPerSecond === undefined ? '' : words.reply.speed(formatNumber(tokensPerSecond)),
      firstTokenMs === undefined ? '' : words.reply.firstToken(formatSeconds(firstTokenMs)),
      waitMs === undefined || waitMs < LONG_WAIT_MS ? '' : words.reply.waited(formatSeconds(waitMs)),
    ];
    return parts.filter((part) => part !== '').join(' · ');
  }

  readonly #stop = (): void => {
    this.stopping = true;
    this.#tell('stop-reply');
  };

  #tell(event: 'stop-reply' | 'retry-reply' | 'continue-reply'): void {
    this.dispatchEvent(new CustomEvent<string>(event, { detail: this.item.key, bubbles: true, composed: true }));
  }
}

customElements.define('chat-reply', ChatReply);
