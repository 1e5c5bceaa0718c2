import { css, html, LitElement } from 'lit';
import type { Item } from '../../runtime/protocol/room-log.ts';
import { words } from '../locales/words.ts';
import type { Action, ItemRequest } from '../state/actions.ts';
import { icons } from '../styles/icons.ts';
import { base, controls } from '../styles/shared.ts';

/**
 * What can be done with a message, at its edge: seen while the pointer is on it or the focus in it; where nothing can
 * hover, only the way to the menu, always.
 * @fires act-on-item with an {@link ItemRequest}
 */
export class MessageTools extends LitElement {
  static override properties = { item: { attribute: false }, actions: { attribute: false } };
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
  /** What the reader may do with it. */
  declare actions: readonly Action[];

  override render(): unknown {
    const { message } = words;
    return html`
      ${(['react', 'reply'] as const)
        .filter((action) => this.actions.includes(action))
        .map(
          (action) =>
            html`<button
              class="icon ${action}"
              type="button"
              aria-label=${message[action]}
              title=${message[action]}
              @click=${action === 'react' ? this.#emoji : this.#reply}
            >
              ${icons[action]}
            </button>`,
        )}
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
