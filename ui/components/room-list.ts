import { css, html, LitElement, nothing } from 'lit';
import { formatNumber, words } from '../locales/words.ts';
import type { RoomEntry } from '../state/room-entries.ts';
import { MANY_UNREAD } from '../state/room-entries.ts';
import { pathOfRoom } from '../state/route.ts';
import { writes } from '../state/writes.ts';
import { icons } from '../styles/icons.ts';
import { base, controls } from '../styles/shared.ts';
import { sideList } from '../styles/side-list.ts';

/**
 * The rooms, and below them those of two people, as links that also work in a new tab; with how much is unread.
 * @fires open-room with the room's name as its detail
 * @fires new-room
 * @fires begin-writing when a character is typed on a room
 */
export class RoomList extends LitElement {
  static override properties = { rooms: { attribute: false }, current: { type: String }, mayMake: { type: Boolean } };
  static override styles = [
    base,
    controls,
    sideList,
    css`
      a {
        color: inherit;
        text-decoration: none;
      }
      a:hover {
        background: var(--accent-soft);
      }
      a[aria-current='page'] {
        background: var(--accent-soft);
        color: var(--accent-strong);
        font-weight: 600;
      }
      .head {
        display: flex;
        align-items: center;
        justify-content: space-between;
      }
      .head .icon {
        inline-size: var(--press);
        block-size: var(--press);
        margin-inline-end: var(--space-1);
      }
      ul + h2 {
        margin-block-start: var(--space-4);
      }
      .title {
        min-inline-size: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .unread {
        flex: none;
        margin-inline-start: auto;
        min-inline-size: 1.5rem;
        padding-inline: 0.4rem;
        border-radius: 1rem;
        background: var(--accent);
        color: var(--on-accent);
        font-size: 0.75rem;
        font-weight: 650;
        line-height: 1.5rem;
        text-align: center;
        font-variant-numeric: tabular-nums;
      }
      .news {
        font-weight: 650;
      }
      .mark {
        flex: none;
        color: var(--ink-soft);
        font-weight: 400;
      }
    `,
  ];
  declare rooms: readonly RoomEntry[];
  declare current: string;
  /** Whether this person may make rooms. */
  declare mayMake: boolean;

  constructor() {
    super();
    this.rooms = [];
    this.current = '';
    this.mayMake = false;
  }

  override render(): unknown {
    const direct = this.rooms.filter(({ kind }) => kind === 'direct');
    const rooms = this.rooms.filter(({ kind }) => kind !== 'direct');
    return html`
      <nav aria-label=${words.rooms.label}>
        <div class="head">
          <h2 aria-hidden="true">${words.rooms.label}</h2>
          ${this.mayMake ? this.#plus() : nothing}
        </div>
        <ul>
          ${rooms.map((room) => html`<li>${this.#link(room)}</li>`)}
        </ul>
        ${
          direct.length === 0
            ? nothing
            : html`<h2>${words.rooms.direct}</h2>
                <ul>
                  ${direct.map((room) => html`<li>${this.#link(room)}</li>`)}
                </ul>`
        }
      </nav>
    `;
  }

  #plus(): unknown {
    return html`<button
      class="icon"
      type="button"
      aria-label=${words.rooms.make}
      title=${words.rooms.make}
      @click=${this.#make}
    >
      ${icons.plus}
    </button>`;
  }

  #link({ name, title, kind, lock, unread }: RoomEntry): unknown {
    const signs = { public: '#', private: icons.lock, direct: icons.person };
    const current = name === this.current ? 'page' : 'false';
    return html`<a
      class="row ${unread > 0 ? 'news' : ''}"
      href=${pathOfRoom(name)}
      aria-current=${current}
      title=${title}
      @click=${(event: MouseEvent) => this.#open(event, name)}
      @keydown=${this.#keydown}
    >
      <span class="mark" aria-hidden="true">${signs[kind]}</span><span class="title" dir="auto">${title}</span>
      ${kind === 'private' ? html`<span class="hidden-words">${words.rooms.private}</span>` : nothing}
      ${
        lock === 'locked'
          ? html`<span class="mark" title=${words.settings.locked}>${icons.noWriting}</span>
              <span class="hidden-words">${words.rooms.locked}</span>`
          : nothing
      }
      ${unread === 0 ? nothing : this.#unread(unread)}
    </a>`;
  }

  #unread(count: number): unknown {
    const shown = count >= MANY_UNREAD ? `${formatNumber(MANY_UNREAD - 1)}+` : formatNumber(count);
    return html`<span class="unread" aria-hidden="true">${shown}</span>
      <span class="hidden-words">${words.transcript.newMessages(count)}</span>`;
  }

  readonly #make = (): void => void this.dispatchEvent(new CustomEvent('new-room', { bubbles: true, composed: true }));

  /** A room was chosen, and what comes next is what one wants to say there. */
  readonly #keydown = (event: KeyboardEvent): void => {
    if (writes(event)) this.dispatchEvent(new CustomEvent('begin-writing', { bubbles: true, composed: true }));
  };

  #open(event: MouseEvent, name: string): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.dispatchEvent(new CustomEvent<string>('open-room', { detail: name, bubbles: true, composed: true }));
  }
}

customElements.define('room-list', RoomList);
