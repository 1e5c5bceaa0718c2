/**
 * The one place that knows the state of the page: which view it is, who is here, which room. Components read it through a
 * controller and call its methods; they never fetch.
 */
import { ChatClient } from '../../runtime/protocol/client.ts';
import { CLOSE, PROTOCOL_VERSION } from '../../runtime/protocol/constants.ts';
import type { Author } from '../../runtime/protocol/entries.ts';
import { Listeners } from '../../runtime/protocol/listeners.ts';
import type { Session, Way } from '../../runtime/protocol/accounts.ts';
import type { ServerFrame } from '../../runtime/protocol/frames.ts';
import type { Config, NewRoom, RoomInfo, SearchResult } from '../../runtime/protocol/rest.ts';
import { ApiRefusal, RestClient, Unreachable } from '../../runtime/protocol/rest-client.ts';
import { socketsOf } from '../../runtime/protocol/socket.ts';
import { languageFor } from '../locales/language.ts';
import { useLanguage, words } from '../locales/words.ts';
import { basePath } from './base-path.ts';
import { loginWords, refusalWords } from './refusals.ts';
import type { RoomEntry } from './room-entries.ts';
import { entriesOf, heard, listed, opened } from './room-entries.ts';
import { remembered, storage } from './remembered.ts';
import { pathOfRoom, roomOfPath } from './route.ts';

/** Between two looks whether the chat is back; the first look at a new page comes at once. */
const LOOK_AGAIN_MS = 5000;

export type View =
  | { readonly at: 'loading' }
  /** `againAt`: time of the next look, in milliseconds since 1970; `undefined` while one is under way. */
  | { readonly at: 'unavailable'; readonly againAt: number | undefined }
  | { readonly at: 'entry'; readonly problem: string; readonly busy: 'no' | 'joining' }
  /** `origin`: who knows that the person is who they say. */
  | { readonly at: 'chat'; readonly me: Author; readonly origin: Session['origin'] };

/** What somebody wrote in order to enter. */
export interface Entering {
  readonly way: Exclude<Way, 'provider'>;
  readonly name: string;
  /** Empty with the way `name`. */
  readonly password: string;
}

/** A line above the transcript; `reload` is offered where only that helps. */
export interface Notice {
  readonly kind: 'problem' | 'update';
  readonly text: string;
}

export class ChatStore {
  readonly changes = new Listeners<void>();
  readonly client: ChatClient;
  readonly rest = new RestClient({ url: basePath() });
  #view: View = { at: 'loading' };
  #config: Config | undefined;
  #room = '';
  #rooms: readonly RoomEntry[] = [];
  /** Of all rooms that were ever listed: one may go while it is on screen. */
  readonly #titles = new Map<string, string>();
  /** Counts the questions for the rooms: the answer to the newest one counts. */
  #asked = 0;
  #notice: Notice | undefined;
  #lookTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    const url = new URL(`${basePath()}/ws`, location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    this.client = new ChatClient({
      url: url.href,
      storage,
      openSocket: socketsOf((address) => new WebSocket(address)),
    });
    this.client.changes.add(() => this.#onClient());
    this.client.frames.add((frame) => this.#onFrame(frame));
    this.client.refusals.add((refusal) => this.note(refusalWords(refusal)));
  }

  get view(): View {
    return this.#view;
  }

  /** @throws before the first answer of the server; no view but `loading` and `unavailable` exists until then */
  get config(): Config {
    if (this.#config === undefined) throw new Error('the configuration is not loaded yet');
    return this.#config;
  }

  /** Name of the room on screen. */
  get room(): string {
    return this.#room;
  }

  get roomTitle(): string {
    return this.titleOf(this.#room);
  }

  /** All that this person can see. */
  get rooms(): readonly RoomEntry[] {
    return this.#rooms;
  }

  titleOf(room: string): string {
    return this.#rooms.find(({ name }) => name === room)?.title ?? this.#titles.get(room) ?? room;
  }

  /** What the browser calls the page while a room is on screen. */
  get pageTitle(): string {
    return `${this.roomTitle} · ${this.config.title}`;
  }

  get notice(): Notice | undefined {
    return this.#notice;
  }

  /** Begins, or tries again: asks for the configuration and whether this browser is already in. */
  async start(): Promise<void> {
    clearTimeout(this.#lookTimer);
    if (this.#view.at === 'unavailable') this.#show({ at: 'unavailable', againAt: undefined });
    try {
      const [config, session] = await Promise.all([
        this.rest.config(),
        remembered.entered ? this.#session() : undefined,
        this.#useLanguage(),
      ]);
      this.#config = config;
      if (this.#rooms.length === 0) this.#rooms = entriesOf(config);
      document.title = config.title;
      // Who came back from a provider, or is named by a proxy, entered without this page.
      const elsewhere = config.ways.length === 0 || config.ways.includes('provider');
      const entered = session ?? (elsewhere && !remembered.entered ? await this.#session() : undefined);
      if (entered === undefined) this.#showEntry(failureOfProvider());
      else this.#enterChat(entered);
    } catch {
      // Whatever it was, looking again is all that a page can do.
      this.#lookTimer = setTimeout(() => void this.start(), LOOK_AGAIN_MS);
      this.#show({ at: 'unavailable', againAt: Date.now() + LOOK_AGAIN_MS });
    }
  }

  /** Enters by a name, or a name and a password; a refusal becomes the entry view's problem. */
  async enter({ way, name: written, password }: Entering): Promise<void> {
    const name = written.trim();
    remembered.name = name;
    const missing =
      name === '' ? words.entry.needed : way !== 'name' && password === '' ? words.entry.passwordNeeded : '';
    if (missing !== '') {
      this.#show({ at: 'entry', problem: missing, busy: 'no' });
      return;
    }
    this.#show({ at: 'entry', problem: '', busy: 'joining' });
    try {
      const { rest } = this;
      const asked = {
        name: () => rest.enter(name),
        password: () => rest.login(name, password),
        signup: () => rest.signup(name, password),
      };
      this.#enterChat(await asked[way]());
    } catch (error) {
      this.#show({ at: 'entry', problem: way === 'password' ? loginWords(error) : refusalWords(error), busy: 'no' });
      if (error instanceof Unreachable) await this.start();
    }
  }

  /** Words of a message or reply in the room on screen. @throws ApiRefusal, Unreachable */
  readonly search = (query: string, before?: string): Promise<SearchResult> =>
    this.rest.search(this.#room, query, before);

  /** Ends the session and goes back to the entry. */
  async leave(): Promise<void> {
    try {
      const { redirect } = await this.rest.leave();
      this.left(redirect);
    } catch (error) {
      this.note(refusalWords(error));
    }
  }

  /** The session is over: to the entry, or where the browser has to go first. */
  left(redirect = `${basePath()}/`): void {
    remembered.entered = false;
    location.assign(redirect);
  }

  /** Shows a room, and puts it into the address when the person chose it. */
  openRoom(room: string, address: 'push' | 'keep'): void {
    if (address === 'push') history.pushState(null, '', pathOfRoom(room));
    if (room !== this.#room && this.#room !== '') this.client.leave(this.#room);
    this.#room = room;
    this.#rooms = opened(this.#rooms, room);
    this.client.join(room);
    document.title = this.pageTitle;
    this.changes.tell();
  }

  /** Away from a room that is no more, or not for this person. */
  openFirst(): void {
    const first = this.#rooms.find(({ name }) => name !== this.#room) ?? this.config.rooms[0];
    if (first !== undefined) this.openRoom(first.name, 'push');
  }

  /** Says above the transcript what went wrong. */
  note(text: string): void {
    this.#note({ kind: 'problem', text });
  }

  /** Makes a room and goes there. @throws ApiRefusal, Unreachable */
  async makeRoom(room: NewRoom): Promise<void> {
    await this.#goTo(() => this.rest.makeRoom(room));
  }

  /** Goes to the room of two people. */
  async openDirect(user: string): Promise<void> {
    try {
      await this.#goTo(() => this.rest.direct(user));
    } catch (error) {
      this.note(refusalWords(error));
    }
  }

  dismissNotice(): void {
    this.#notice = undefined;
    this.changes.tell();
  }

  /**
   * A part of the page could not be loaded: usually because a new release took the place of this one. That is said also where
   * it stands already that there is one: somebody asked for something, and nothing came.
   */
  partMissing(): void {
    this.#notice = { kind: 'update', text: words.partMissing };
    this.changes.tell();
  }

  /** @returns whether a part of the page that is loaded late is there; where it is not, that is said */
  async load(part: () => Promise<unknown>): Promise<boolean> {
    try {
      await part();
      // Then it was the network.
      if (this.#notice?.text === words.partMissing) this.dismissNotice();
      return true;
    } catch {
      this.partMissing();
      return false;
    }
  }

  /** Follows the address after the browser's back and forward. */
  followAddress(): void {
    if (this.#view.at === 'chat') this.openRoom(this.#roomOfAddress(), 'keep');
  }

  /** Should the catalogue not come, the page is there in English, and says so. */
  async #useLanguage(): Promise<void> {
    const language = languageFor(remembered.language, navigator.languages);
    try {
      await useLanguage(language, navigator.languages);
    } catch {
      document.documentElement.lang = 'en';
      document.documentElement.dir = 'ltr';
      this.partMissing();
    }
  }

  /** @returns `undefined` for somebody who has not entered */
  async #session(): Promise<Session | undefined> {
    try {
      return await this.rest.session();
    } catch (error) {
      if (error instanceof ApiRefusal && error.status === 401) return undefined;
      throw error;
    }
  }

  async #goTo(room: () => Promise<RoomInfo>): Promise<void> {
    const made = await room();
    if (!this.#rooms.some(({ name }) => name === made.name)) this.#rooms = [...this.#rooms, made];
    this.openRoom(made.name, 'push');
  }

  /** What the server lists; should it not answer, the next connection asks again. */
  async #listRooms(): Promise<void> {
    try {
      const asked = (this.#asked += 1);
      const { rooms } = await this.rest.rooms();
      if (asked !== this.#asked) return;
      this.#rooms = opened(listed(rooms, this.#rooms), this.#room);
      for (const { name, title } of rooms) this.#titles.set(name, title);
      if (this.#view.at === 'chat') document.title = this.pageTitle;
      this.changes.tell();
    } catch {
      // The list stays as it was.
    }
  }

  #onFrame(frame: ServerFrame): void {
    if (frame.type === 'welcome' || frame.type === 'rooms-changed' || frame.type === 'left') void this.#listRooms();
    if (this.#view.at !== 'chat') return;
    this.#rooms = heard(this.#rooms, frame, { me: this.#view.me.id, open: this.#room });
  }

  #roomOfAddress(): string {
    return roomOfPath(location.pathname) ?? this.config.rooms[0]?.name ?? '';
  }

  #showEntry(problem: string): void {
    remembered.entered = false;
    const wanted = roomOfPath(location.pathname);
    if (wanted !== undefined && this.config.ways.includes('provider')) remembered.wantedRoom = wanted;
    this.#show({ at: 'entry', problem, busy: 'no' });
  }

  #enterChat({ user: me, origin }: Session): void {
    remembered.entered = true;
    this.client.openOutbox(me);
    // Not those of who was here before.
    this.#rooms = entriesOf(this.config);
    this.#view = { at: 'chat', me, origin };
    this.client.connect();
    const wanted = remembered.wantedRoom;
    remembered.wantedRoom = '';
    if (wanted === '' || roomOfPath(location.pathname) !== undefined) this.openRoom(this.#roomOfAddress(), 'keep');
    else this.openRoom(wanted, 'push');
  }

  #onClient(): void {
    const { link } = this.client;
    if (link.phase === 'ended' && link.code === CLOSE.unauthorized && this.#view.at === 'chat') {
      this.#showEntry(words.entry.sessionEnded);
    }
    if (link.phase === 'connected') {
      const other = link.version !== this.#config?.version || link.protocol !== PROTOCOL_VERSION;
      if (other && this.#notice?.kind !== 'update') this.#notice = { kind: 'update', text: words.update };
    }
    this.changes.tell();
  }

  #note(notice: Notice): void {
    // Only a reload ends an update, so nothing else may hide that line.
    if (this.#notice?.kind !== 'update') this.#notice = notice;
    this.changes.tell();
  }

  #show(view: View): void {
    this.#view = view;
    this.changes.tell();
  }
}

/** Why a sign-in by the provider came to nothing, said in the address that it leads back to. */
function failureOfProvider(): string {
  const failure = new URLSearchParams(location.search).get('login');
  if (failure === null) return '';
  history.replaceState(null, '', location.pathname);
  const known: Readonly<Record<string, string>> = words.entry.providerFailures;
  return known[failure] ?? words.entry.providerFailures.failed;
}
