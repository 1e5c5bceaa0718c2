import { css, html, LitElement } from 'lit';
import type { Room } from '../../runtime/protocol/rest.ts';
import { words } from '../locales/words.ts';
import { pathOfRoom } from '../state/route.ts';
import { base } from '../styles/shared.ts';
import { sideList } from '../styles/side-list.ts';

/**
 * The rooms, as links that also work in a new tab.
 * @fires open-room with the room's name as its detail
 */
export class RoomList extends LitElement {
  static override properties = { rooms: { attribute: false }, current: { type: String } };
  static override styles = [
    base,
    sideList,
    css`
      a {
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
      class="row"
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
