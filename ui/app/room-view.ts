import type { PropertyValues } from 'lit';
import { html, LitElement, nothing } from 'lit';
import type { Author } from '../../runtime/protocol/entries.ts';
import type { Item, MessageItem } from '../../runtime/protocol/room-log.ts';
import { contentOffset } from '../../runtime/protocol/room-log.ts';
import '../components/chat-transcript.ts';
import type { ChatTranscript } from '../components/chat-transcript.ts';
import type { ConfirmDialog } from '../components/confirm-dialog.ts';
import '../components/message-composer.ts';
import type { MessageComposer } from '../components/message-composer.ts';
import type { MessageMenu } from '../components/message-menu.ts';
import { ReadingController } from '../controllers/reading.ts';
import { StoreController } from '../controllers/store-controller.ts';
import { words } from '../locales/words.ts';
import type { Asks, ItemRequest, PersonRequest, Rights } from '../state/actions.ts';
import { asksWhenEdited, hasReacted, lastOwnMessage, rightsIn } from '../state/actions.ts';
import type { ChatStore } from '../state/chat-store.ts';
import { copyText } from '../state/clipboard.ts';
import type { Composing } from '../state/composing.ts';
import { nothingSpecial } from '../state/composing.ts';
import { loadBackTo } from '../state/history.ts';
import type { Person } from '../state/mention.ts';
import type { RoomEntry } from '../state/room-entries.ts';
import { base } from '../styles/shared.ts';
import { roomViewStyles } from './room-view.styles.ts';

/** How long a word about what was just done stays, in milliseconds. */
const SAID_FOR_MS = 3000;

/**
 * One room: its messages, what is done with them, and where new ones are written. Calls the store's actions.
 * @fires part-missing when a part of the page could not be loaded
 * @fires open-person with a {@link PersonRequest}
 */
export class RoomView extends LitElement {
  static override properties = {
    store: { attribute: false },
    me: { attribute: false },
    composing: { state: true },
    going: { state: true },
    said: { state: true },
  };
  static override styles = [base, roomViewStyles];
  declare store: ChatStore;
  declare me: Author;
  declare composing: Composing;
  /** A message of long ago is being looked for. */
  declare going: boolean;
  /** A word about what was just done. */
  declare said: string;
  #reading: ReadingController | undefined;
  #room = '';
  #saidTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.composing = nothingSpecial;
    this.going = false;
    this.said = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.#reading !== undefined) return;
    new StoreController(this, this.store);
    this.#reading = new ReadingController(this, this.store, () => this.#transcript?.atNewest ?? false);
  }

  focusComposer(): void {
    this.#composer?.focusField();
  }

  /** Whether something here is nearer to Escape than the reply that is being written. */
  get hasSomethingToClose(): boolean {
    const parts = ['message-menu', 'confirm-dialog'].map((name) => this.renderRoot.querySelector(name)?.shadowRoot);
    return parts.some((part) => (part?.querySelector(':popover-open, dialog[open]') ?? null) !== null);
  }

  get #transcript(): ChatTranscript | null {
    return this.renderRoot.querySelector('chat-transcript');
  }

  get #composer(): MessageComposer | null {
    return this.renderRoot.querySelector('message-composer');
  }

  protected override willUpdate(): void {
    if (this.#room === this.store.room) return;
    this.#room = this.store.room;
    this.composing = nothingSpecial;
    this.#transcript?.toNewest();
  }

  override render(): unknown {
    const { store, me } = this;
    const { client, room, config } = store;
    return html`
      <chat-transcript
        .room=${client.room(room)}
        .roomTitle=${store.roomTitle}
        .unsent=${client.unsent(room)}
        .me=${me}
        .rights=${this.#rights}
        .assistant=${config.assistant.name}
        .empty=${this.#emptyWords()}
        .loadingOlder=${client.isLoadingOlder(room)}
        .going=${this.going}
        .unreadAfter=${this.#reading?.unreadAfter}
        @load-older=${() => void client.loadOlder(room)}
        @stop-reply=${(event: CustomEvent<string>) => void client.stopReply(room, event.detail)}
        @retry-reply=${(event: CustomEvent<string>) => void client.retryReply(room, event.detail)}
        @continue-reply=${(event: CustomEvent<string>) => void client.continueReply(room, event.detail)}
        @send-again=${(event: CustomEvent<string>) => client.sendAgain(room, event.detail)}
        @discard-message=${(event: CustomEvent<string>) => client.discard(event.detail)}
        @act-on-item=${this.#act}
        @jump-to=${(event: CustomEvent<string>) => void this.jumpTo(event.detail, this.#isMark(event))}
        @reads-newest=${() => this.#reading?.readsNewest()}
      ></chat-transcript>
      ${this.#belowTranscript()}
      <message-composer
        .room=${room}
        .roomTitle=${store.roomTitle}
        .maxBytes=${config.limits.maxMessageBytes}
        .hint=${this.#composerHint()}
        .locked=${this.#rights === 'read'}
        .silent=${this.#replies === 'Never'}
        .composing=${this.composing}
        .asks=${this.#asks}
        .assistant=${config.assistant.name}
        .nameable=${this.#nameable()}
        @send-message=${this.#send}
        @ask-again=${(event: CustomEvent<string>) => this.#saveEdit(event.detail, 'ask')}
        @say-typing=${() => client.sayTyping(room)}
        @edit-last=${this.#editLast}
        @cancel-composing=${() => (this.composing = nothingSpecial)}
      ></message-composer>
      <message-menu
        .me=${me}
        .rights=${this.#rights}
        @act-on-item=${this.#act}
        @lost-focus=${(event: CustomEvent<Item>) => this.#transcript?.focusItem(event.detail)}
      ></message-menu>
      <confirm-dialog></confirm-dialog>
    `;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('said') && this.said !== '') {
      clearTimeout(this.#saidTimer);
      this.#saidTimer = setTimeout(() => (this.said = ''), SAID_FOR_MS);
    }
  }

  /**
   * Goes to a message, of however long ago, and puts the focus on it.
   * @param offset of the message or of the end of a reply; `after`: to the first one behind it
   */
  async jumpTo(offset: string, which: 'this' | 'after' = 'this'): Promise<void> {
    const { client, room } = this.store;
    const stillThere = (): boolean => this.store.room === room;
    this.going = true;
    const result = await loadBackTo(client, room, offset, stillThere);
    this.going = false;
    if (!stillThere()) return;
    await this.updateComplete;
    if (result === 'away') this.store.note(words.transcript.away);
    else if ((await this.#transcript?.toItem(offset, which)) !== true) this.store.note(words.transcript.notFound);
  }

  /** The transcript's own way to the first new message says where the last visit ended. */
  #isMark({ detail }: CustomEvent<string>): 'this' | 'after' {
    return detail === this.#reading?.unreadAfter ? 'after' : 'this';
  }

  /** Who can be named here: the assistant first, which has no id. */
  #nameable(): readonly Person[] {
    const { client, room, config } = this.store;
    const others = client.room(room).people.filter(({ id }) => id !== this.me.id);
    const { name } = config.assistant;
    return this.#replies === 'Never' ? others : [{ id: '', name }, ...others];
  }

  /** When what is edited can be asked again. */
  get #asks(): Asks {
    const { client, room } = this.store;
    const { composing } = this;
    return composing.kind === 'edit' ? asksWhenEdited(composing.item, client.room(room).items, this.#replies) : 'never';
  }

  get #entry(): RoomEntry | undefined {
    const { rooms, room } = this.store;
    return rooms.find(({ name }) => name === room);
  }

  /** What the reader may do here now. */
  get #rights(): Rights {
    const entry = this.#entry;
    return entry === undefined ? 'write' : rightsIn(entry);
  }

  /** When the assistant answers in this room. */
  get #replies(): RoomEntry['replies'] {
    return this.#entry?.replies ?? this.store.config.assistant.replies;
  }

  #belowTranscript(): unknown {
    if (this.said !== '') return html`<p class="typing" role="status">${this.said}</p>`;
    const names = this.store.client.typing(this.store.room).map(({ name }) => name);
    return html`<p class="typing">${names.length === 0 ? nothing : words.transcript.typing(names)}</p>`;
  }

  #emptyWords(): string {
    const { name } = this.store.config.assistant;
    const replies = this.#replies;
    if (this.#rights === 'read') return words.transcript.emptyLocked;
    if (replies === 'Always') return words.transcript.emptyAlways(name);
    if (replies === 'Mention') return words.transcript.emptyMention(name);
    const { emptyNever } = words.transcript;
    // Where it answers nowhere, nobody expects it.
    const answersElsewhere = this.store.rooms.some((room) => room.replies !== 'Never');
    return answersElsewhere ? `${emptyNever} ${words.composer.silent(name)}` : emptyNever;
  }

  #composerHint(): string {
    const { client, config } = this.store;
    if (client.link.phase === 'waiting') return words.connection.keepsMessages;
    return this.#replies === 'Mention' ? words.composer.mention(config.assistant.name) : '';
  }

  readonly #send = (event: CustomEvent<string>): void => {
    const { composing } = this;
    if (composing.kind === 'edit') {
      this.#saveEdit(event.detail, 'nothing');
      return;
    }
    const answers = composing.kind === 'reply' ? contentOffset(composing.item) : undefined;
    this.store.client.send(this.store.room, event.detail, answers);
    this.composing = nothingSpecial;
    this.#reading?.wrote();
    this.#transcript?.toNewest();
  };

  #saveEdit(text: string, then: 'nothing' | 'ask'): void {
    if (this.composing.kind === 'edit') void this.#save(this.composing.item, text, then);
  }

  #edits(item: Item): boolean {
    return this.composing.kind === 'edit' && this.composing.item === item;
  }

  async #save(item: MessageItem, text: string, then: 'nothing' | 'ask'): Promise<void> {
    const { client, room } = this.store;
    if (text !== item.text) {
      this.composing = { kind: 'edit', item, state: 'saving' };
      const result = await client.edit(room, item.offset, text, then);
      if (!this.#edits(item)) return;
      if (result === 'unanswered') this.store.note(words.message.notSaved);
      // The text that was not saved stays in the field.
      if (result !== 'done') {
        this.composing = { kind: 'edit', item, state: 'writing' };
        return;
      }
    }
    this.composing = nothingSpecial;
    if (then === 'ask') this.#transcript?.toNewest();
  }

  readonly #editLast = (): void => {
    const { client, room } = this.store;
    const item = lastOwnMessage(client.room(room).items, this.me);
    if (item?.kind === 'message') this.composing = { kind: 'edit', item, state: 'writing' };
  };

  readonly #act = async (event: CustomEvent<ItemRequest>): Promise<void> => {
    const { detail } = event;
    const { client, room } = this.store;
    const { item } = detail;
    const target = contentOffset(item);
    if (target === undefined) return;
    switch (detail.what) {
      case 'menu':
      case 'emoji':
        return this.#openMenu(item, detail.opener, detail.what === 'emoji' ? 'emoji' : 'actions');
      case 'reply':
        this.composing = { kind: 'reply', item };
        this.focusComposer();
        return;
      case 'edit':
        if (item.kind === 'message') this.composing = { kind: 'edit', item, state: 'writing' };
        this.focusComposer();
        return;
      case 'person':
        if (item.kind === 'message') this.#askAbout(item);
        return;
      case 'copy':
        this.said = (await copyText(item.text)) ? words.message.copied : words.code.failed;
        return;
      case 'again':
        return client.retryReply(room, item.key);
      case 'react': {
        const action = hasReacted(item, detail.emoji, this.me) ? 'remove' : 'add';
        if ((await client.react(room, target, detail.emoji, action)) === 'unanswered') {
          this.store.note(words.message.notSaved);
        }
        return;
      }
      case 'delete':
        return this.#delete(item, target);
    }
  };

  #askAbout(item: MessageItem): void {
    const detail: PersonRequest = { person: item.author, closed: () => this.#transcript?.focusItem(item) };
    this.dispatchEvent(new CustomEvent('open-person', { detail, bubbles: true, composed: true }));
  }

  async #openMenu(item: Item, opener: HTMLElement, page: 'actions' | 'emoji'): Promise<void> {
    if (!(await this.store.load(() => import('../components/message-menu.ts')))) return;
    await this.renderRoot.querySelector<MessageMenu>('message-menu')?.open(item, opener, page);
  }

  async #delete(item: Item, target: string): Promise<void> {
    if (!(await this.store.load(() => import('../components/confirm-dialog.ts')))) return;
    const { deleteHeading: heading, deleteLead: lead, delete: yes } = words.message;
    const dialog = this.renderRoot.querySelector<ConfirmDialog>('confirm-dialog');
    const sure = await dialog?.ask({ heading, lead, yes });
    this.#transcript?.focusItem(item);
    if (sure !== true) return;
    if ((await this.store.client.delete(this.store.room, target)) === 'unanswered') {
      this.store.note(words.message.notSaved);
    }
  }
}

customElements.define('room-view', RoomView);
