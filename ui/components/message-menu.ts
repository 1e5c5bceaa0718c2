import { html, LitElement, nothing } from 'lit';
import type { Author } from '../../runtime/protocol/entries.ts';
import type { Item, MessageItem } from '../../runtime/protocol/room-log.ts';
import { words } from '../locales/words.ts';
import type { Action, ItemRequest, Rights } from '../state/actions.ts';
import { actionsFor, hasReacted } from '../state/actions.ts';
import { icons } from '../styles/icons.ts';
import { base, controls } from '../styles/shared.ts';
import './emoji-picker.ts';
import type { EmojiPicker } from './emoji-picker.ts';
import { menuStyles } from './message-menu.styles.ts';
import { namesOf } from './reaction-bar.ts';

/** What most people want to say with one. */
const QUICK = ['👍', '❤️', '😂', '🎉', '😮', '🙏'];

/** Pixels between the menu and what it belongs to, and the edges of the window. */
const GAP = 6;

/**
 * What can be done with one message: a menu beside it, or at the lower edge of a narrow page. The Popover API closes it on
 * Escape and on a click elsewhere.
 * @fires lost-focus with its item when it closed and nothing has the focus
 * @fires act-on-item with an {@link ItemRequest}
 */
export class MessageMenu extends LitElement {
  static override properties = {
    item: { state: true },
    me: { attribute: false },
    rights: { type: String },
    page: { state: true },
  };
  static override styles = [base, controls, menuStyles];
  declare item: Item | undefined;
  declare me: Author;
  declare rights: Rights;
  declare page: 'actions' | 'emoji';
  #opener: HTMLElement | undefined;

  constructor() {
    super();
    this.page = 'actions';
    this.rights = 'write';
  }

  /** Opens beside an element, whose message it is about. */
  async open(item: Item, opener: HTMLElement, page: 'actions' | 'emoji'): Promise<void> {
    this.item = item;
    this.page = page;
    this.#opener = opener;
    await this.updateComplete;
    const panel = this.#panel;
    if (panel === null) return;
    panel.showPopover();
    await this.#shown(panel);
  }

  get #panel(): HTMLElement | null {
    return this.renderRoot.querySelector('#panel');
  }

  override render(): unknown {
    const { item } = this;
    return html`<div id="panel" popover class="panel" @toggle=${this.#toggled}>
      ${item === undefined ? nothing : this.page === 'emoji' ? this.#picker() : this.#actions(item)}
    </div>`;
  }

  #picker(): unknown {
    return html`<emoji-picker
      @choose-emoji=${(event: CustomEvent<string>) => this.#react(event.detail)}
    ></emoji-picker>`;
  }

  #actions(item: Item): unknown {
    const { message } = words;
    const possible = actionsFor(item, this.me, this.rights);
    return html`<div role="menu" aria-label=${message.actions} @keydown=${this.#keydown}>
        ${
          possible.includes('react')
            ? html`<div class="quick" role="group" aria-label=${message.react}>
                ${QUICK.map((emoji) => this.#quick(item, emoji))}
                <button
                  class="icon"
                  type="button"
                  role="menuitem"
                  tabindex="-1"
                  aria-label=${message.moreEmoji}
                  title=${message.moreEmoji}
                  @click=${this.#moreEmoji}
                >
                  ${icons.react}
                </button>
              </div>`
            : nothing
        }
        ${possible.filter((action) => action !== 'react').map((action) => this.#action(item, action))}
        ${item.kind === 'message' && item.author.id !== this.me.id ? this.#author(item) : nothing}
      </div>
      ${this.#who(item)}`;
  }

  #quick(item: Item, emoji: string): unknown {
    return html`<button
      class="emoji"
      type="button"
      role="menuitemcheckbox"
      tabindex="-1"
      aria-checked=${hasReacted(item, emoji, this.me) ? 'true' : 'false'}
      @click=${() => this.#react(emoji)}
    >
      ${emoji}
    </button>`;
  }

  #action(item: Item, action: Exclude<Action, 'react'>): unknown {
    const pictures = { reply: 'reply', copy: 'copy', edit: 'edit', again: 'retry', delete: 'bin' } as const;
    return html`<button
      class="entry ${action}"
      type="button"
      role="menuitem"
      tabindex="-1"
      @click=${() => this.#ask({ what: action, item })}
    >
      ${icons[pictures[action]]}${words.message[action]}
    </button>`;
  }

  #author(item: MessageItem): unknown {
    return html`<button
      class="entry"
      type="button"
      role="menuitem"
      tabindex="-1"
      @click=${() => this.#ask({ what: 'person', item })}
    >
      ${icons.person}${words.people.about(item.author.name)}
    </button>`;
  }

  /** Who reacted: where nothing can hover, titles are not seen. */
  #who({ reactions = [] }: Item): unknown {
    if (reactions.length === 0) return nothing;
    return html`<ul class="who" aria-label=${words.message.reactions}>
      ${reactions.map(({ emoji, people }) => html`<li><span>${emoji}</span>${namesOf(people, this.me)}</li>`)}
    </ul>`;
  }

  readonly #moreEmoji = async (): Promise<void> => {
    this.page = 'emoji';
    await this.updateComplete;
    if (this.#panel !== null) await this.#shown(this.#panel);
  };

  async #shown(panel: HTMLElement): Promise<void> {
    const picker = panel.querySelector<EmojiPicker>('emoji-picker');
    await picker?.updateComplete;
    this.#place(panel);
    if (picker === null) panel.querySelector<HTMLElement>('[role^="menuitem"]')?.focus();
    else picker.focusFirst();
  }

  /** Below its opener, above it where there is no room; narrow pages have a place for it in the style sheet. */
  #place(panel: HTMLElement): void {
    if (this.#opener === undefined || matchMedia('(max-width: 30rem)').matches) {
      panel.removeAttribute('style');
      return;
    }
    const opener = this.#opener.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = panel;
    const top = opener.bottom + GAP + height > innerHeight ? opener.top - GAP - height : opener.bottom + GAP;
    const rightToLeft = getComputedStyle(this).direction === 'rtl';
    const left = rightToLeft ? opener.left : opener.right - width;
    panel.style.top = `${between(GAP, top, innerHeight - height - GAP)}px`;
    panel.style.left = `${between(GAP, left, innerWidth - width - GAP)}px`;
  }

  /** What opened it may be hidden again: then the message itself gets the focus. */
  readonly #toggled = ({ newState }: ToggleEvent): void => {
    const { item } = this;
    if (newState !== 'closed' || item === undefined) return;
    // The browser takes the focus from what it hid only with its next picture.
    const isLost = this.shadowRoot?.activeElement !== null || document.activeElement === document.body;
    if (!isLost) return;
    this.dispatchEvent(new CustomEvent<Item>('lost-focus', { detail: item }));
  };

  #react(emoji: string): void {
    if (this.item !== undefined) this.#ask({ what: 'react', item: this.item, emoji });
  }

  #ask(detail: ItemRequest): void {
    this.#panel?.hidePopover();
    this.dispatchEvent(new CustomEvent('act-on-item', { detail, bubbles: true, composed: true }));
  }

  readonly #keydown = (event: KeyboardEvent): void => {
    const entries = [...this.renderRoot.querySelectorAll<HTMLElement>('[role^="menuitem"]')];
    const at = entries.findIndex((entry) => entry === this.shadowRoot?.activeElement);
    const next = nextEntry(event.key, entries, at);
    if (event.key === 'Tab') this.#panel?.hidePopover();
    if (next === undefined) return;
    event.preventDefault();
    entries[next]?.focus();
  };
}

/** Up and down go past the row of emoji, left and right along it. */
function nextEntry(key: string, entries: readonly HTMLElement[], at: number): number | undefined {
  const last = entries.length - 1;
  const firstBelow = entries.findIndex((entry) => entry.classList.contains('entry'));
  const inRow = at < firstBelow;
  switch (key) {
    case 'ArrowDown':
      return inRow ? firstBelow : at === last ? 0 : at + 1;
    case 'ArrowUp':
      return inRow || at === 0 ? last : at === firstBelow ? 0 : at - 1;
    case 'ArrowLeft':
    case 'ArrowRight': {
      const forward = (key === 'ArrowRight') === (document.documentElement.dir !== 'rtl');
      return inRow ? (at + (forward ? 1 : firstBelow - 1)) % firstBelow : undefined;
    }
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}

function between(least: number, value: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}

customElements.define('message-menu', MessageMenu);
