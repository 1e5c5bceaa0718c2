import { css, html, LitElement } from 'lit';
import type { Room } from '../../runtime/protocol/rest.ts';
import { words } from '../locales/words.ts';
import { pathOfRoom } from '../state/route.ts';
import { base } from '../styles/shared.ts';

/**
 * The rooms, as links that also work in a new tab.
 * @fires open-room with the room's name as its detail
 */
export class RoomList extends LitElement {
  static override properties = { rooms: { attribute: false }, current: { type: String } };
  static override styles = [
    base,
    css`
      h2 {
        font-size: var(--text-small);
        font-weight: 600;
        color: var(--ink-soft);
        padding: 0 var(--space-3) var(--space-2);
      }
      a {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        min-block-size: 2.5rem;
        padding-inline: var(--space-3);
        border-radius: var(--radius-small);
        color: inherit;
        text-decoration: none;
        overflow-wrap: anywhere;
      }
      a:hover {
        background: var(--accent-soft);
      }
      a[aria-current='page'] {
        background: var(--accent-soft);
        color: var(--accent-strong);
        font-weight: 600;
      }
      .mark {
        color: var(--ink-soft);
        font-weight: 400;
      }
    `,
  ];
  declare rooms: readonly Room[];
  declare current: string;

  constructor() {
    super();
    this.rooms = [];
    this.current = '';
  }

  override render(): unknown {
    return html`
      <nav aria-label=${words.rooms.label}>
        <h2 aria-hidden="true">${words.rooms.label}</h2>
        <ul>
          ${this.rooms.map((room) => html`<li>${this.#link(room)}</li>`)}
        </ul>
      </nav>
    `;
  }

  #link({ name, title }: Room): unknown {
    const current = name === this.current ? 'page' : 'false';
    return html`<a
      href=${pathOfRoom(name)}
      aria-current=${current}
      @click=${(event: MouseEvent) => this.#open(event, name)}
    >
      <span class="mark" aria-hidden="true">#</span>${title}
    </a>`;
  }

  #open(event: MouseEvent, name: string): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.dispatchEvent(new CustomEvent<string>('open-room', { detail: name, bubbles: true, composed: true }));
  }
}

customElements.define('room-list', RoomList);
