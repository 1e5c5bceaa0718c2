import { html, LitElement, nothing } from 'lit';
import type { Session } from '../../runtime/protocol/accounts.ts';
import type { Author } from '../../runtime/protocol/entries.ts';
import { CLOSE } from '../../runtime/protocol/constants.ts';
import type { ConfirmDialog } from '../components/confirm-dialog.ts';
import '../components/connection-status.ts';
import { giveFocusBack } from '../components/give-focus-back.ts';
import '../components/notice-bar.ts';
import '../components/people-list.ts';
import '../components/person-menu.ts';
import '../components/room-list.ts';
import '../components/room-menu.ts';
import type { SearchPanel } from '../components/search-panel.ts';
import { AnnouncerController } from '../controllers/announcer.ts';
import { MediaController } from '../controllers/media.ts';
import { NetworkController } from '../controllers/network.ts';
import { NotifierController } from '../controllers/notifier.ts';
import { StoreController } from '../controllers/store-controller.ts';
import { TitleBadgeController } from '../controllers/title-badge.ts';
import { mayMakeRooms } from '../../runtime/protocol/room-creators.ts';
import { words } from '../locales/words.ts';
import type { PersonRequest } from '../state/actions.ts';
import type { ChatStore } from '../state/chat-store.ts';
import { newestActiveReply } from '../state/replies.ts';
import { writes } from '../state/writes.ts';
import { icons } from '../styles/icons.ts';
import { panelStyles } from '../styles/panel.ts';
import { base, controls } from '../styles/shared.ts';
import { pageStyles } from './chat-page.styles.ts';
import type { PersonCard } from './person-card.ts';
import './room-view.ts';
import type { RoomView } from './room-view.ts';

const lateParts = [
  'shortcut-sheet',
  'new-room',
  'room-dialog',
  'person-card',
  'account-dialog',
  'admin-dialog',
] as const;
type LatePart = (typeof lateParts)[number];
type Openable = HTMLElement & { open(): Promise<void> };

/** The chat itself: the room on screen, and around it rooms, people and menus. Calls the store's actions. */
export class ChatPage extends LitElement {
  static override properties = {
    store: { attribute: false },
    me: { attribute: false },
    searching: { state: true },
  };
  static override styles = [base, controls, panelStyles, pageStyles];
  declare store: ChatStore;
  declare me: Author;
  /** The panel for searching is open. */
  declare searching: boolean;
  readonly #wide = new MediaController(this, '(min-width: 60rem)');
  readonly #widest = new MediaController(this, '(min-width: 80rem)');
  #announcer: AnnouncerController | undefined;
  #network: NetworkController | undefined;

  constructor() {
    super();
    this.searching = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.#announcer === undefined) {
      new StoreController(this, this.store);
      this.#announcer = new AnnouncerController(this, this.store);
      new TitleBadgeController(this, this.store);
      new NotifierController(this, this.store);
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
    const roomsBeside = this.#wide.matches;
    const peopleBeside = this.#widest.matches && !this.searching;
    return html`
      <div
        class="page"
        @part-missing=${() => store.partMissing()}
        @open-person=${this.#openPerson}
        @begin-writing=${this.#beginWriting}
      >
        ${this.#header(!roomsBeside, peopleBeside)}
        ${roomsBeside ? html`<div class="rooms">${this.#rooms()}</div>` : nothing}
        <main>${store.client.room(store.room).phase === 'missing' ? this.#missing() : this.#conversation()}</main>
        ${
          this.searching
            ? html`<aside class="searching" aria-label=${words.search.label(store.roomTitle)}>${this.#search()}</aside>`
            : peopleBeside
              ? html`<aside class="people">${this.#people()}</aside>`
              : nothing
        }
      </div>
      <shortcut-sheet></shortcut-sheet>
      <new-room .store=${store} .me=${this.me}></new-room>
      <room-dialog .store=${store} .me=${this.me}></room-dialog>
      <person-card .store=${store} .me=${this.me}></person-card>
      <account-dialog .store=${store}></account-dialog>
      <admin-dialog .store=${store}></admin-dialog>
      <confirm-dialog></confirm-dialog>
      <div class="hidden-words" role="status" aria-live="polite">${this.#announcer?.text ?? ''}</div>
    `;
  }

  #header(roomsButton: boolean, peopleBeside: boolean): unknown {
    const { store } = this;
    const count = store.client.room(store.room).people.length;
    const searchLabel = words.search.label(store.roomTitle);
    return html`<header>
      ${
        roomsButton
          ? html`<button class="icon" type="button" popovertarget="rooms" aria-label=${words.rooms.open}>
                ${icons.menu}
              </button>
              <div id="rooms" popover class="panel start" @beforetoggle=${giveFocusBack} @open-room=${this.#closeRooms}>
                ${this.#rooms()}
              </div>`
          : nothing
      }
      <div class="where">
        <room-menu
          .roomTitle=${store.roomTitle}
          .chatTitle=${store.config.title === store.roomTitle ? '' : store.config.title}
          .locked=${store.rooms.some(({ name, lock }) => name === store.room && lock === 'locked')}
          .markdownUrl=${store.rest.exportUrl(store.room, 'markdown')}
          .jsonUrl=${store.rest.exportUrl(store.room, 'json')}
          @open-search=${this.#openSearch}
          @open-settings=${this.#openSettings}
        ></room-menu>
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
              <div id="people" popover class="panel" @beforetoggle=${giveFocusBack}>${this.#people()}</div>`
      }
      <button
        class="icon search"
        type="button"
        aria-label=${searchLabel}
        title=${searchLabel}
        aria-expanded=${this.searching ? 'true' : 'false'}
        aria-keyshortcuts="/"
        @click=${this.#toggleSearch}
      >
        ${icons.search}
      </button>
      <person-menu
        .name=${this.me.name}
        @leave-chat=${this.#leave}
        .account=${this.#origin === 'password'}
        @show-shortcuts=${this.#showShortcuts}
        .admin=${this.me.role === 'admin'}
        @open-account=${this.#openAccount}
        @open-admin=${this.#openAdmin}
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

  #search(): unknown {
    const { store } = this;
    return html`<search-panel
      .room=${store.room}
      .roomTitle=${store.roomTitle}
      .assistant=${store.config.assistant.name}
      .ask=${store.search}
      @jump-to=${this.#jump}
      @close-panel=${this.#closeSearch}
    ></search-panel>`;
  }

  #rooms(): unknown {
    const { store } = this;
    return html`<room-list
      .rooms=${store.rooms}
      .current=${store.room}
      ?mayMake=${mayMakeRooms(store.config.roomCreators, this.me.role)}
      @new-room=${this.#newRoom}
      @open-room=${(event: CustomEvent<string>) => store.openRoom(event.detail, 'push')}
    ></room-list>`;
  }

  #people(): unknown {
    const { people } = this.store.client.room(this.store.room);
    return html`<people-list
      .people=${people}
      .me=${this.me.id}
      @open-direct=${(event: CustomEvent<string>) => void this.store.openDirect(event.detail)}
    ></people-list>`;
  }

  #missing(): unknown {
    const { store } = this;
    const { left } = store.client.room(store.room);
    const mayComeBack = store.rooms.some(({ name }) => name === store.room);
    return html`<div class="missing">
      <p role="alert">${left === undefined ? words.rooms.missing(store.room) : words.rooms.left[left]}</p>
      ${
        mayComeBack
          ? html`<button class="quiet" type="button" @click=${() => store.openRoom(store.room, 'keep')}>
              ${words.rooms.again}
            </button>`
          : nothing
      }
      <button class="primary" type="button" @click=${() => store.openFirst()}>${words.rooms.back}</button>
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

  get #view(): RoomView | null {
    return this.renderRoot.querySelector('room-view');
  }

  get #origin(): Session['origin'] | undefined {
    const { view } = this.store;
    return view.at === 'chat' ? view.origin : undefined;
  }

  /** Guests are asked first: nothing but this session knows who they are. */
  readonly #leave = async (): Promise<void> => {
    const { store } = this;
    if (this.#origin === 'name') {
      if (!(await store.load(() => import('../components/confirm-dialog.ts')))) return;
      const { leaveHeading: heading, leaveLead: lead, leave: yes } = words.menu;
      const dialog = this.renderRoot.querySelector<ConfirmDialog>('confirm-dialog');
      if ((await dialog?.ask({ heading, lead, yes })) !== true) return;
    }
    await store.leave();
  };

  /** Opens a part of the page that is loaded when it is first asked for. */
  async #openPart(part: () => Promise<unknown>, name: LatePart): Promise<void> {
    if (await this.store.load(part)) await this.renderRoot.querySelector<Openable>(name)?.open();
  }

  readonly #showShortcuts = (): Promise<void> =>
    this.#openPart(() => import('../components/shortcut-sheet.ts'), 'shortcut-sheet');
  readonly #openSettings = (): Promise<void> => this.#openPart(() => import('./room-dialog.ts'), 'room-dialog');
  readonly #openAccount = (): Promise<void> => this.#openPart(() => import('./account-dialog.ts'), 'account-dialog');
  readonly #openAdmin = (): Promise<void> => this.#openPart(() => import('./admin-dialog.ts'), 'admin-dialog');

  readonly #openPerson = async ({ detail }: CustomEvent<PersonRequest>): Promise<void> => {
    if (!(await this.store.load(() => import('./person-card.ts')))) return;
    // A panel over the page closes under the card, and with it goes what was clicked.
    const opener = this.renderRoot.querySelector<HTMLElement>('header .count');
    const card = this.renderRoot.querySelector<PersonCard>('person-card');
    await card?.open({ closed: () => opener?.focus(), ...detail });
  };

  readonly #newRoom = (): Promise<void> => {
    this.#closeRooms();
    return this.#openPart(() => import('./new-room.ts'), 'new-room');
  };

  readonly #toggleSearch = (): void => {
    if (this.searching) this.#closeSearch();
    else void this.#openSearch();
  };

  readonly #openSearch = async (): Promise<void> => {
    if (!(await this.store.load(() => import('../components/search-panel.ts')))) return;
    this.searching = true;
    await this.updateComplete;
    await this.renderRoot.querySelector<SearchPanel>('search-panel')?.focusField();
  };

  readonly #closeSearch = (): void => {
    this.searching = false;
    this.renderRoot.querySelector<HTMLElement>('header .search')?.focus();
  };

  /** A narrow page has room for the message or the results, not for both. */
  readonly #jump = async (event: CustomEvent<string>): Promise<void> => {
    if (!this.#wide.matches) {
      this.searching = false;
      await this.updateComplete;
    }
    await this.#view?.jumpTo(event.detail);
  };

  /** Before the browser gives the character to whatever has the focus: it comes into the field. */
  readonly #beginWriting = (): void => {
    if (!isPopoverOpen(this.renderRoot) && this.#view?.hasSomethingToClose === false) this.#view.focusComposer();
  };

  /**
   * Escape stops the reply that is being written, unless it has something nearer to close; `?` shows all keys, `/` searches.
   * Where nothing has the focus, letters begin a message.
   */
  readonly #keydown = (event: KeyboardEvent): void => {
    if (event.key === '?' && !isWriting(event)) void this.#showShortcuts();
    if (event.key === '/' && !isWriting(event) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      void this.#openSearch();
    }
    if (event.composedPath()[0] === document.body && writes(event)) this.#beginWriting();
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing || isPopoverOpen(this.renderRoot)) return;
    if (this.#view?.hasSomethingToClose === true) return;
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
  const names = ['person-menu', 'room-menu', 'confirm-dialog', ...lateParts];
  const roots = [root, ...names.map((name) => root.querySelector(name)?.shadowRoot)];
  return roots.some((each) => (each?.querySelector(':popover-open, dialog[open]') ?? null) !== null);
}

customElements.define('chat-page', ChatPage);
