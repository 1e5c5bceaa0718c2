import { css, html, LitElement, nothing } from 'lit';
import { words } from '../locales/words.ts';
import { icons } from '../styles/icons.ts';
import { panelStyles } from '../styles/panel.ts';
import { base, controls } from '../styles/shared.ts';
import { giveFocusBack } from './give-focus-back.ts';

/**
 * The name of the room, which opens what can be done with the room as a whole.
 * @fires open-search, open-settings
 */
export class RoomMenu extends LitElement {
  static override properties = {
    roomTitle: { type: String },
    chatTitle: { type: String },
    locked: { type: Boolean },
    markdownUrl: { type: String },
    jsonUrl: { type: String },
  };
  static override styles = [
    base,
    controls,
    panelStyles,
    css`
      :host {
        display: block;
        min-inline-size: 0;
      }
      h1 {
        display: flex;
        align-items: baseline;
        gap: var(--space-2);
        min-inline-size: 0;
        font-size: 1rem;
        font-weight: 650;
      }
      .open {
        display: inline-flex;
        align-items: center;
        gap: 0.125rem;
        min-inline-size: 0;
        min-block-size: var(--press-small);
        padding-inline: var(--space-1);
        margin-inline-start: calc(-1 * var(--space-1));
        border-radius: 0.375rem;
        font-weight: inherit;
      }
      .open:hover {
        background: var(--accent-soft);
      }
      .open svg {
        flex: none;
        inline-size: 1rem;
        block-size: 1rem;
        color: var(--ink-soft);
      }
      .title,
      .chat-title {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .chat-title {
        font-size: var(--text-small);
        font-weight: 400;
        color: var(--ink-soft);
      }
      .panel {
        inline-size: max-content;
        min-inline-size: min(18rem, 100vw - 2 * var(--space-3));
        max-inline-size: calc(100vw - 2 * var(--space-3));
      }
      .locked {
        display: inline-flex;
        align-items: center;
        align-self: center;
        gap: var(--space-1);
        padding-inline: var(--space-2);
        border-radius: 1rem;
        background: var(--accent-soft);
        font-size: var(--text-small);
        font-weight: 400;
        white-space: nowrap;
      }
      .locked svg {
        inline-size: 1rem;
        block-size: 1rem;
      }
      .entry {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        inline-size: 100%;
        min-block-size: 2.75rem;
        padding: var(--space-2) var(--space-3);
        border-radius: var(--radius-small);
        line-height: 1.35;
        color: inherit;
        text-align: start;
        text-decoration: none;
      }
      .entry svg {
        flex: none;
        color: var(--ink-soft);
      }
      .entry:hover {
        background: var(--accent-soft);
      }
      kbd {
        margin-inline-start: auto;
        font-family: var(--mono);
        font-size: var(--text-small);
        color: var(--ink-soft);
      }
      @media (max-width: 30rem) {
        .chat-title {
          display: none;
        }
        .open {
          min-block-size: 1.5rem;
        }
      }
      /* As high as a finger needs, in the place of its words. */
      @media (max-width: 30rem) and (pointer: coarse) {
        .open {
          position: relative;
          min-block-size: 2.5rem;
          margin-block: -0.5rem;
          z-index: 1;
        }
        .open:hover {
          background: none;
        }
      }
      @media (hover: none) {
        kbd {
          display: none;
        }
      }
    `,
  ];
  declare roomTitle: string;
  /** Empty where the room is called as the chat is. */
  declare chatTitle: string;
  /** Only moderators write here now. */
  declare locked: boolean;
  declare markdownUrl: string;
  declare jsonUrl: string;

  override render(): unknown {
    const { room } = words;
    return html`
      <h1>
        <button class="open" type="button" popovertarget="panel" title=${room.menu}>
          <span class="title" dir="auto">${this.roomTitle}</span>${icons.chevron}
        </button>
        ${this.chatTitle === '' ? nothing : html`<span class="chat-title" dir="auto">${this.chatTitle}</span>`}
        ${this.locked ? html`<span class="locked" title=${words.settings.locked}>${icons.noWriting}${words.rooms.locked}</span>` : nothing}
      </h1>
      <div id="panel" popover class="panel start" @beforetoggle=${giveFocusBack} role="group" aria-label=${room.menu}>
        <button class="entry" type="button" @click=${() => this.#ask('open-settings')}>
          ${icons.people}${room.details}
        </button>
        <button class="entry" type="button" @click=${() => this.#ask('open-search')}>
          ${icons.search}${room.search}<kbd aria-hidden="true">/</kbd>
        </button>
        <a class="entry" href=${this.markdownUrl} download @click=${this.#close}>${icons.file}${room.exportMarkdown}</a>
        <a class="entry" href=${this.jsonUrl} download @click=${this.#close}>${icons.file}${room.exportJson}</a>
      </div>
    `;
  }

  readonly #close = (): void => this.renderRoot.querySelector<HTMLElement>('#panel')?.hidePopover();

  #ask(what: 'open-search' | 'open-settings'): void {
    this.#close();
    this.dispatchEvent(new CustomEvent(what, { bubbles: true, composed: true }));
  }
}

customElements.define('room-menu', RoomMenu);
