import { html, LitElement, nothing } from 'lit';
import type { Author } from '../../runtime/protocol/entries.ts';
import type { Unsent } from '../../runtime/protocol/outbox.ts';
import type { MessageItem } from '../../runtime/protocol/room-log.ts';
import { formatTime, words } from '../locales/words.ts';
import type { ItemRequest, Rights } from '../state/actions.ts';
import { actionsFor } from '../state/actions.ts';
import { wordsOf } from '../state/refusals.ts';
import type { Quoted } from '../state/timeline.ts';
import { base, controls } from '../styles/shared.ts';
import { rowStyles } from '../styles/row.ts';
import { messageStyles } from './chat-message.styles.ts';
import './markdown-text.ts';
import type { MarkdownText } from './markdown-text.ts';
import './message-quote.ts';
import './message-tools.ts';
import './person-mark.ts';
import './reaction-bar.ts';

/**
 * One message of a person.
 * @fires send-again, discard-message with the message's id as their detail
 * @fires act-on-item with an {@link ItemRequest}
 */
export class ChatMessage extends LitElement {
  static override properties = {
    item: { attribute: false },
    me: { attribute: false },
    rights: { type: String },
    assistant: { type: String },
    unsent: { attribute: false },
    quoted: { attribute: false },
    mentioned: { type: Boolean, reflect: true },
    own: { type: Boolean, reflect: true },
    follows: { type: Boolean, reflect: true },
  };
  static override styles = [base, controls, rowStyles, messageStyles];
  declare item: MessageItem;
  /** The reader. */
  declare me: Author;
  declare rights: Rights;
  /** The assistant's name. */
  declare assistant: string;
  /** How far the message is, while it is not in the log. */
  declare unsent: Unsent | undefined;
  declare quoted: Quoted | undefined;
  /** Names the reader. */
  declare mentioned: boolean;
  declare own: boolean;
  /** Stands below another message of the same author. */
  declare follows: boolean;

  override render(): unknown {
    const { item, own, follows } = this;
    const actions = actionsFor(item, this.me, this.rights);
    const time = formatTime(item.time);
    const author = own ? words.message.you : item.author.name;
    const delivery = this.#deliveryWords();
    const named = this.mentioned ? words.message.mentionsYou : '';
    const label = [words.message.label(author, time), named, delivery].filter((part) => part !== '').join(', ');
    return html`
      <article tabindex="-1" aria-label=${label}>
        ${own || follows ? nothing : html`<person-mark .name=${item.author.name}></person-mark>`}
        <div class="body">
          ${
            own || follows
              ? nothing
              : html`<div class="head" aria-hidden="true">
                  <span class="author" dir="auto" @click=${this.#ask}>${author}</span>${this.#time(time)}
                </div>`
          }
          ${this.#quote()}
          <div class="bubble">${this.#text()}</div>
          ${item.reactions === undefined ? nothing : html`<reaction-bar .item=${item} .me=${this.me} .rights=${this.rights}></reaction-bar>`}
          ${item.edited === undefined || item.deleted !== undefined ? nothing : html`<div class="foot">${words.message.edited}</div>`}
          ${own && !follows && delivery === '' ? html`<div class="foot" aria-hidden="true">${this.#time(time)}</div>` : nothing}
          ${delivery === '' ? nothing : this.#delivery(delivery)}
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

  #quote(): unknown {
    if (this.quoted === undefined || this.item.deleted !== undefined) return nothing;
    return html`<message-quote .quoted=${this.quoted} .assistant=${this.assistant}></message-quote>`;
  }

  #text(): unknown {
    const { deleted, text } = this.item;
    if (deleted !== undefined) return html`<p class="gone">${words.message.deleted}</p>`;
    return html`<markdown-text .text=${text}></markdown-text>`;
  }

  #time(text: string): unknown {
    return html`<time datetime=${new Date(this.item.time).toISOString()}>${text}</time>`;
  }

  #deliveryWords(): string {
    switch (this.unsent?.delivery) {
      case undefined:
      case 'sent':
        return '';
      case 'waiting':
        return this.unsent.refusal === undefined ? words.message.waiting : wordsOf(this.unsent.refusal);
      case 'sending':
        return words.message.sending;
      case 'refused':
        return words.message.refused(wordsOf(this.unsent.refusal ?? {}));
      case 'old':
        return words.message.old;
    }
  }

  #delivery(text: string): unknown {
    const delivery = this.unsent?.delivery ?? '';
    const asks = delivery === 'refused' || delivery === 'old';
    if (!asks) return html`<div class="foot pending" data-delivery=${delivery}>${text}</div>`;
    return html`<div class="foot failed" data-delivery=${delivery}>
      <span role="alert">${text}</span>
      <button class="small" type="button" @click=${() => this.#tell('send-again')}>
        ${delivery === 'old' ? words.message.send : words.message.sendAgain}
      </button>
      <button class="small" type="button" @click=${() => this.#tell('discard-message')}>
        ${words.message.discard}
      </button>
    </div>`;
  }

  /** For pointers only: from the keyboard the menu leads there. */
  readonly #ask = (): void => {
    const detail: ItemRequest = { what: 'person', item: this.item };
    this.dispatchEvent(new CustomEvent('act-on-item', { detail, bubbles: true, composed: true }));
  };

  #tell(event: 'send-again' | 'discard-message'): void {
    this.dispatchEvent(new CustomEvent<string>(event, { detail: this.item.key, bubbles: true, composed: true }));
  }
}

customElements.define('chat-message', ChatMessage);
