import { css, html, LitElement, nothing } from 'lit';
import type { Item } from '../../runtime/protocol/room-log.ts';
import { words } from '../locales/words.ts';
import type { ItemRequest, Rights } from '../state/actions.ts';
import { icons } from '../styles/icons.ts';
import { base, controls } from '../styles/shared.ts';

/**
 * What can be done with a message, at its edge: seen while the pointer is on it or the focus in it; where nothing can
 * hover, only the way to the menu, always.
 * @fires act-on-item with an {@link ItemRequest}
 */
export class MessageTools extends LitElement {
  static override properties = { item: { attribute: false }, rights: { type: String } };
  static override styles = [
    base,
    controls,
    css`
      :host {
        display: flex;
        padding: 0.125rem;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
        background: var(--surface);
        box-shadow: var(--shadow);
      }
      .icon {
        inline-size: 2rem;
        block-size: 1.75rem;
        border-radius: 0.375rem;
      }
      svg {
        inline-size: 1.0625rem;
        block-size: 1.0625rem;
      }
      .reply:dir(rtl) svg {
        transform: scaleX(-1);
      }
      @media (hover: none) {
        :host {
          padding: 0;
          border: 0;
          background: none;
          box-shadow: none;
        }
        .icon {
          inline-size: 2.5rem;
          block-size: 2.5rem;
        }
        .reply,
        .react {
          display: none;
        }
      }
    `,
  ];
  declare item: Item;
  declare rights: Rights;

  override render(): unknown {
    const { message } = words;
    return html`
      ${
        this.rights === 'read'
          ? nothing
          : html`<button
                class="icon react"
                type="button"
                aria-label=${message.react}
                title=${message.react}
                @click=${this.#emoji}
              >
                ${icons.react}
              </button>
              <button
                class="icon reply"
                type="button"
                aria-label=${message.reply}
                title=${message.reply}
                @click=${this.#reply}
              >
                ${icons.reply}
              </button>`
      }
      <button
        class="icon"
        type="button"
        aria-haspopup="menu"
        aria-label=${message.actions}
        title=${message.actions}
        @click=${this.#menu}
      >
        ${icons.more}
      </button>
    `;
  }

  readonly #reply = (): void => this.#ask({ what: 'reply', item: this.item });
  readonly #emoji = (event: Event): void =>
    this.#ask({ what: 'emoji', item: this.item, opener: event.currentTarget as HTMLElement });
  readonly #menu = (event: Event): void =>
    this.#ask({ what: 'menu', item: this.item, opener: event.currentTarget as HTMLElement });

  #ask(detail: ItemRequest): void {
    this.dispatchEvent(new CustomEvent('act-on-item', { detail, bubbles: true, composed: true }));
  }
}

customElements.define('message-tools', MessageTools);
