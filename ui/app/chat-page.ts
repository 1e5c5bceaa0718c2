import { html, LitElement, nothing } from 'lit';
import type { Author } from '../../runtime/protocol/entries.ts';
import { CLOSE } from '../../runtime/protocol/constants.ts';
import '../components/connection-status.ts';
import '../components/notice-bar.ts';
import '../components/people-list.ts';
import '../components/person-menu.ts';
import '../components/room-list.ts';
import type { ShortcutSheet } from '../components/shortcut-sheet.ts';
import { AnnouncerController } from '../controllers/announcer.ts';
import { MediaController } from '../controllers/media.ts';
import { NetworkController } from '../controllers/network.ts';
import { StoreController } from '../controllers/store-controller.ts';
import { TitleBadgeController } from '../controllers/title-badge.ts';
import { words } from '../locales/words.ts';
import type { ChatStore } from '../state/chat-store.ts';
import { newestActiveReply } from '../state/replies.ts';
import { icons } from '../styles/icons.ts';
import { panelStyles } from '../styles/panel.ts';
import { base, controls } from '../styles/shared.ts';
import { pageStyles } from './chat-page.styles.ts';
import './room-view.ts';
import type { RoomView } from './room-view.ts';

/** The chat itself: the room on screen, and around it rooms, people and menus. Calls the store's actions. */
export class ChatPage extends LitElement {
  static override properties = { store: { attribute: false }, me: { attribute: false } };
  static override styles = [base, controls, panelStyles, pageStyles];
  declare store: ChatStore;
  declare me: Author;
  readonly #wide = new MediaController(this, '(min-width: 60rem)');
  readonly #widest = new MediaController(this, '(min-width: 80rem)');
  #announcer: AnnouncerController | undefined;
  #network: NetworkController | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.#announcer === undefined) {
      new StoreController(this, this.store);
      this.#announcer = new AnnouncerController(this, this.store);
      new TitleBadgeController(this, this.store);
      this.#network = new NetworkController(this, this.store.client);
    }
    document.addEventListener('keydown', this.#keydown);
  }

  /** The person pressed "Join": the field to write in takes the place of the one for the name. */
  async focusComposer(): Promise<void> {
    await this.updateComplete;
    const view = this.renderRoot.querySelector<RoomView>('room-view');
    await view?.updateComplete;
    view?.focusComposer();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.#keydown);
  }

  override render(): unknown {
    const { store } = this;
    const severalRooms = store.config.rooms.length > 1;
    const roomsBeside = severalRooms && this.#wide.matches;
    const peopleBeside = this.#widest.matches;
    return html`
      <div class="page" @part-missing=${() => store.partMissing()}>
        ${this.#header(severalRooms && !roomsBeside, peopleBeside)}
        ${roomsBeside ? html`<div class="rooms">${this.#rooms()}</div>` : nothing}
        <main>${store.client.room(store.room).phase === 'missing' ? this.#missing() : this.#conversation()}</main>
        ${peopleBeside ? html`<aside class="people">${this.#people()}</aside>` : nothing}
      </div>
      <shortcut-sheet></shortcut-sheet>
      <div class="hidden-words" role="status" aria-live="polite">${this.#announcer?.text ?? ''}</div>
    `;
  }

  #header(roomsButton: boolean, peopleBeside: boolean): unknown {
    const { store } = this;
    const count = store.client.room(store.room).people.length;
    return html`<header>
      ${
        roomsButton
          ? html`<button class="icon" type="button" popovertarget="rooms" aria-label=${words.rooms.open}>
                ${icons.menu}
              </button>
              <div id="rooms" popover class="panel start" @open-room=${this.#closeRooms}>${this.#rooms()}</div>`
          : nothing
      }
      <div class="where">
        <h1>
          <span class="title">${store.roomTitle}</span>
          ${store.config.title === store.roomTitle ? nothing : html`<span class="chat-title">${store.config.title}</span>`}
        </h1>
        <connection-status
          .link=${store.client.link}
          .online=${this.#network?.online ?? true}
          @connect-now=${() => store.client.connect()}
        ></connection-status>
      </div>
      ${
        peopleBeside
          ? nothing
          : html`<button
                class="icon count"
                type="button"
                popovertarget="people"
                aria-label=${words.people.count(count)}
              >
                ${icons.people}<span>${count}</span>
              </button>
              <div id="people" popover class="panel">${this.#people()}</div>`
      }
      <person-menu
        .name=${this.me.name}
        @leave-chat=${() => void store.leave()}
        @show-shortcuts=${this.#showShortcuts}
      ></person-menu>
    </header>`;
  }

  #conversation(): unknown {
    return html`
      <notice-bar .notice=${this.store.notice} @dismiss-notice=${() => this.store.dismissNotice()}></notice-bar>
      ${this.#ended()}
      <room-view .store=${this.store} .me=${this.me}></room-view>
    `;
  }

  #rooms(): unknown {
    const { store } = this;
    return html`<room-list
      .rooms=${store.config.rooms}
      .current=${store.room}
      @open-room=${(event: CustomEvent<string>) => store.openRoom(event.detail, 'push')}
    ></room-list>`;
  }

  #people(): unknown {
    const { people } = this.store.client.room(this.store.room);
    return html`<people-list .people=${people} .me=${this.me.id}></people-list>`;
  }

  #missing(): unknown {
    const first = this.store.config.rooms[0]?.name ?? '';
    return html`<div class="missing">
      <p>${words.rooms.missing(this.store.room)}</p>
      <button class="primary" type="button" @click=${() => this.store.openRoom(first, 'push')}>
        ${words.rooms.back}
      </button>
    </div>`;
  }

  #ended(): unknown {
    const { link } = this.store.client;
    if (link.phase !== 'ended') return nothing;
    const tooMany = link.code === CLOSE.tooManyConnections;
    return html`<div class="ended" role="alert">
      <p>${tooMany ? words.connection.tooMany : words.connection.refused}</p>
      ${
        tooMany
          ? html`<button class="small" type="button" @click=${() => this.store.client.connect()}>
              ${words.retry}
            </button>`
          : html`<button class="small" type="button" @click=${() => location.reload()}>${words.reload}</button>`
      }
    </div>`;
  }

  readonly #closeRooms = (): void => this.renderRoot.querySelector<HTMLElement>('#rooms')?.hidePopover();

  readonly #showShortcuts = async (): Promise<void> => {
    try {
      await import('../components/shortcut-sheet.ts');
      await this.renderRoot.querySelector<ShortcutSheet>('shortcut-sheet')?.open();
    } catch {
      this.store.partMissing();
    }
  };

  /** Escape stops the reply that is being written, unless it has something nearer to close; `?` shows all keys. */
  readonly #keydown = (event: KeyboardEvent): void => {
    if (event.key === '?' && !isWriting(event)) void this.#showShortcuts();
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing || isPopoverOpen(this.renderRoot)) return;
    if (this.renderRoot.querySelector<RoomView>('room-view')?.hasSomethingToClose === true) return;
    const { client, room } = this.store;
    const reply = newestActiveReply(client.room(room).items);
    if (reply !== undefined) void client.stopReply(room, reply.key);
  };
}

/** Whether a key goes into a field, where it is a character and no command. */
function isWriting(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return target instanceof Element && target.matches('textarea, input:not([type="radio"])');
}

function isPopoverOpen(root: ParentNode): boolean {
  const roots = [root, ...['person-menu', 'shortcut-sheet'].map((name) => root.querySelector(name)?.shadowRoot)];
  return roots.some((each) => (each?.querySelector(':popover-open, dialog[open]') ?? null) !== null);
}

customElements.define('chat-page', ChatPage);
