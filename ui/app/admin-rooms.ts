import { css, html, LitElement, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { RoomInfo, Status } from '../../runtime/protocol/rest.ts';
import '../components/confirm-dialog.ts';
import { Attempts } from '../controllers/attempts.ts';
import { words } from '../locales/words.ts';
import type { ChatStore } from '../state/chat-store.ts';
import { adminRows } from '../styles/admin-rows.ts';
import { dialogStyles } from '../styles/dialog.ts';
import { base, controls } from '../styles/shared.ts';
import { clearRoom, removeRoom } from './room-steps.ts';

/** The rooms that an administrator can open, and the ways to quieten, empty or remove them. */
export class AdminRooms extends LitElement {
  static override properties = { store: { attribute: false }, rooms: { state: true }, counts: { state: true } };
  static override styles = [
    base,
    controls,
    dialogStyles,
    adminRows,
    css`
      p.hint {
        margin-block-start: var(--space-4);
      }
    `,
  ];
  declare store: ChatStore;
  /** `undefined` while they are asked for. */
  declare rooms: readonly RoomInfo[] | undefined;
  declare counts: Status['rooms'];
  readonly #attempts = new Attempts(this);

  constructor() {
    super();
    this.counts = [];
  }

  protected override firstUpdated(): void {
    void this.#attempts.try(() => this.#load());
  }

  override render(): unknown {
    const { admin } = words;
    return html`${this.#attempts.render()}
      <p class="hint">${this.rooms === undefined && !this.#attempts.failed ? words.loading : admin.roomsHint}</p>
      <ul aria-label=${words.rooms.label}>
        ${repeat(
          this.rooms ?? [],
          ({ name }) => name,
          (room) => html`<li>${this.#room(room)}</li>`,
        )}
      </ul>
      <confirm-dialog></confirm-dialog>`;
  }

  #room(room: RoomInfo): unknown {
    const { admin, newRoom, settings, people } = words;
    const { name, title, kind, lock, origin } = room;
    const { rest } = this.store;
    const count = this.counts.find((each) => each.room === name)?.people ?? 0;
    const other = lock === 'open' ? 'locked' : 'open';
    const about = [kind === 'private' ? newRoom.private : newRoom.public, people.count(count)];
    if (lock === 'locked') about.push(settings.locked);
    return html`<div class="what">
        <span dir="auto">${title}</span>
        <span class="hint">${about.join(' · ')}</span>
      </div>
      <div class="acts">
        <button class="small" type="button" @click=${() => this.#open(name)}>
          <span>${admin.open}<span class="hidden-words">${title}</span></span>
        </button>
        ${this.#attempts.button(lock === 'open' ? settings.lock : settings.unlock, title, async () => {
          await rest.changeRoom(name, { lock: other });
          await this.#load();
        })}
        ${this.#attempts.button(settings.clear, title, (say) => clearRoom(this, rest, room, say), 'small danger')}
        ${
          origin === 'chat'
            ? nothing
            : this.#attempts.button(
                settings.remove,
                title,
                () => removeRoom(this, rest, room, () => this.#load()),
                'small danger',
              )
        }
      </div>`;
  }

  async #load(): Promise<void> {
    const { rest } = this.store;
    const [{ rooms }, status] = await Promise.all([rest.rooms(), rest.status()]);
    this.counts = status.rooms;
    this.rooms = rooms.filter(({ kind }) => kind !== 'direct');
  }

  #open(name: string): void {
    this.closest('dialog')?.close();
    this.store.openRoom(name, 'push');
  }
}

customElements.define('admin-rooms', AdminRooms);
