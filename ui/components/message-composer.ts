import type { PropertyValues } from 'lit';
import { html, LitElement, nothing } from 'lit';
import { MentionController } from '../controllers/mentions.ts';
import { formatNumber, words } from '../locales/words.ts';
import type { Composing } from '../state/composing.ts';
import { nothingSpecial } from '../state/composing.ts';
import type { Asks } from '../state/actions.ts';
import type { Person } from '../state/mention.ts';
import { names } from '../state/mention.ts';
import { remembered } from '../state/remembered.ts';
import { assistantMark } from '../styles/assistant-mark.ts';
import { icons } from '../styles/icons.ts';
import { base, controls } from '../styles/shared.ts';
import { composerStyles } from './message-composer.styles.ts';
import { plainStart } from './message-quote.ts';
import './person-mark.ts';

/** Writers say so at most this often, in milliseconds. */
const SAY_TYPING_EVERY_MS = 3000;
/** Lines before the field scrolls, where the browser does not size it by itself. */
const MOST_LINES = 8;

/**
 * Where messages are written, answered and changed. The draft of each room survives a reload, and an edit in between.
 * @fires send-message with the text as its detail
 * @fires ask-again with the text as its detail: an edited message is to be saved, and answered anew
 * @fires say-typing while somebody writes
 * @fires edit-last on the up-arrow in an empty field
 * @fires cancel-composing when the answer or the edit is given up
 */
export class MessageComposer extends LitElement {
  static override properties = {
    room: { type: String },
    roomTitle: { type: String },
    maxBytes: { type: Number },
    hint: { type: String },
    locked: { type: Boolean },
    silent: { type: Boolean },
    composing: { attribute: false },
    asks: { type: String },
    assistant: { type: String },
    nameable: { attribute: false },
    text: { state: true },
  };
  static override styles = [base, controls, assistantMark, composerStyles];
  declare room: string;
  declare roomTitle: string;
  /** Bytes of a message in UTF-8, at most. */
  declare maxBytes: number;
  declare hint: string;
  /** Nobody but moderators writes here now; what is in the field stays. */
  declare locked: boolean;
  /** The assistant does not answer here. */
  declare silent: boolean;
  declare composing: Composing;
  /** When what is edited can be asked again. */
  declare asks: Asks;
  /** The assistant's name. */
  declare assistant: string;
  declare nameable: readonly Person[];
  declare text: string;
  readonly #mentions = new MentionController(this);
  #saidTyping = 0;

  constructor() {
    super();
    this.room = this.roomTitle = this.hint = this.text = this.assistant = '';
    this.maxBytes = Infinity;
    this.locked = this.silent = false;
    this.composing = nothingSpecial;
    this.asks = 'never';
    this.nameable = [];
  }

  focusField(): void {
    this.#field?.focus();
  }

  get #field(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector('textarea');
  }

  get #saving(): boolean {
    return this.composing.kind === 'edit' && this.composing.state === 'saving';
  }

  /** Whether the edited text can be asked as well as saved. */
  get #askable(): boolean {
    const { composing, asks } = this;
    return composing.kind === 'edit' && (asks === 'always' || (asks === 'named' && names(this.text, this.assistant)));
  }

  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get('composing') as Composing | undefined;
    const { composing } = this;
    if (composing.kind === 'edit') {
      const same = before?.kind === 'edit' && before.item.key === composing.item.key;
      if (changed.has('composing') && !same) this.text = composing.item.text;
    } else if (changed.has('room') || before?.kind === 'edit') {
      this.text = remembered.draft(this.room);
    }
  }

  override render(): unknown {
    const { composer } = words;
    // What is in the field stays for when the room is open again.
    if (this.locked) return html`<p class="locked" role="alert">${icons.noWriting}${composer.locked}</p>`;
    const bytes = new TextEncoder().encode(this.text.trim()).length;
    const tooLong = bytes > this.maxBytes;
    const { offered, chosen } = this.#mentions;
    const askable = this.#askable;
    const stopped = tooLong || this.#saving || this.text.trim() === '';
    const listed = offered.length > 0;
    const unheard = this.silent && names(this.text, this.assistant);
    return html`
      ${listed ? this.#list(offered, chosen) : nothing} ${this.#about()}
      <form class=${askable ? 'choosing' : nothing} @submit=${this.#submit}>
        <textarea
          aria-label=${composer.label}
          aria-describedby="hint"
          aria-invalid=${tooLong ? 'true' : nothing}
          aria-autocomplete="list"
          aria-controls=${listed ? 'names' : nothing}
          aria-activedescendant=${listed ? `name-${chosen}` : nothing}
          aria-keyshortcuts="ArrowUp"
          placeholder=${composer.placeholder(this.roomTitle)}
          dir=${this.text === '' ? nothing : 'auto'}
          rows=${Math.min(MOST_LINES, this.text.split('\n').length)}
          enterkeyhint="send"
          .value=${this.text}
          ?readonly=${this.#saving}
          @input=${this.#input}
          @keydown=${this.#keydown}
          @keyup=${this.#look}
          @click=${this.#look}
          @blur=${() => this.#mentions.close()}
        ></textarea>
        ${
          askable
            ? html`<button class="small" type="submit" ?disabled=${stopped}>${composer.save}</button>
                <button
                  class="small ask"
                  type="button"
                  aria-keyshortcuts="Control+Enter"
                  ?disabled=${stopped || this.#unchanged}
                  @click=${() => this.#send('ask-again')}
                >
                  ${icons.retry}${composer.askAgain}
                </button>`
            : html`<button
                class="primary send"
                type="submit"
                aria-label=${this.composing.kind === 'edit' ? composer.save : composer.send}
                ?disabled=${stopped}
              >
                ${icons.send}
              </button>`
        }
      </form>
      <p id="hint" class=${tooLong ? 'problem' : ''} role=${tooLong ? 'alert' : unheard ? 'status' : nothing}>
        ${tooLong ? composer.tooLong(formatNumber(bytes), formatNumber(this.maxBytes)) : unheard ? composer.silent(this.assistant) : this.#hint()}
      </p>
      <span class="hidden-words" role="status">${listed ? composer.mentionCount(offered.length) : nothing}</span>
    `;
  }

  /** The edited text is the one that was answered already. */
  get #unchanged(): boolean {
    return this.composing.kind === 'edit' && this.text.trim() === this.composing.item.text;
  }

  /** What is answered or changed. */
  #about(): unknown {
    const { composing, assistant } = this;
    if (composing.kind === 'new') return nothing;
    const { item } = composing;
    const who = item.kind === 'message' ? item.author.name : assistant;
    const saving = this.#saving ? words.composer.saving : words.composer.editing;
    return html`<div class="about">
      <span class="sign ${composing.kind}" aria-hidden="true"
        >${composing.kind === 'edit' ? icons.edit : icons.reply}</span
      >
      <div class="about-words">
        <p class="what">${composing.kind === 'edit' ? saving : words.composer.replyingTo(who)}</p>
        <p class="start" dir="auto">${plainStart(item.text)}</p>
      </div>
      <button class="icon" type="button" aria-label=${words.cancel} title=${words.cancel} @click=${this.#cancel}>
        ${icons.close}
      </button>
    </div>`;
  }

  #list(offered: readonly Person[], chosen: number): unknown {
    return html`<ul id="names" class="names" role="listbox" aria-label=${words.composer.mentions}>
      ${offered.map(
        ({ id, name }, index) =>
          html`<li
            id="name-${index}"
            role="option"
            aria-selected=${index === chosen ? 'true' : 'false'}
            @pointerdown=${(event: Event) => this.#takeByPointer(event, index)}
          >
            ${
              id === ''
                ? html`<span class="mark" aria-hidden="true">${icons.spark}</span>`
                : html`<person-mark .name=${name}></person-mark>`
            }<span class="name" dir="auto">${name}</span>
            ${id === '' ? html`<span class="role">${words.composer.assistant}</span>` : nothing}
          </li>`,
      )}
    </ul>`;
  }

  #hint(): unknown {
    const keys = this.#askable ? words.composer.askHint : words.composer.hint;
    if (this.hint === '') return html`<span class="keys">${keys}</span>`;
    return html`${this.hint}<span class="keys"> · ${keys}</span>`;
  }

  readonly #look = (event: Event): void => this.#mentions.look(event.target as HTMLTextAreaElement);

  readonly #input = (event: InputEvent): void => {
    const field = event.target as HTMLTextAreaElement;
    this.#write(field.value);
    this.#mentions.look(field);
    const now = Date.now();
    if (this.text === '' || now - this.#saidTyping < SAY_TYPING_EVERY_MS) return;
    this.#saidTyping = now;
    this.dispatchEvent(new CustomEvent('say-typing', { bubbles: true, composed: true }));
  };

  #write(text: string): void {
    this.text = text;
    if (this.composing.kind !== 'edit') remembered.setDraft(this.room, text);
  }

  readonly #keydown = (event: KeyboardEvent): void => {
    // Keys that end or steer the choice of a composed character belong to the input method.
    if (event.isComposing) return;
    if (this.#mentions.offered.length > 0 && this.#steer(event)) {
      event.preventDefault();
      return;
    }
    if (event.key === 'Escape' && this.composing.kind !== 'new') {
      event.preventDefault();
      this.#cancel();
    } else if (event.key === 'ArrowUp' && this.text === '' && this.composing.kind === 'new') {
      event.preventDefault();
      this.dispatchEvent(new CustomEvent('edit-last', { bubbles: true, composed: true }));
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      const asks = (event.ctrlKey || event.metaKey) && this.#askable && !this.#unchanged;
      this.#send(asks ? 'ask-again' : 'send-message');
    }
  };

  /** @returns whether the key was for the list of names */
  #steer({ key, shiftKey }: KeyboardEvent): boolean {
    if (key === 'ArrowDown') this.#mentions.move(1);
    else if (key === 'ArrowUp') this.#mentions.move(-1);
    else if (key === 'Escape') this.#mentions.close();
    else if ((key === 'Enter' || key === 'Tab') && !shiftKey) void this.#take(this.#mentions.chosen);
    else return false;
    return true;
  }

  /** Before the field loses the focus to what was clicked. */
  #takeByPointer(event: Event, index: number): void {
    event.preventDefault();
    void this.#take(index);
  }

  async #take(index: number): Promise<void> {
    const taken = this.#mentions.take(this.text, index);
    if (taken === undefined) return;
    this.#write(taken.text);
    await this.updateComplete;
    this.#field?.setSelectionRange(taken.caret, taken.caret);
  }

  readonly #cancel = (): void => {
    this.dispatchEvent(new CustomEvent('cancel-composing', { bubbles: true, composed: true }));
    this.focusField();
  };

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    this.#send('send-message');
  };

  #send(event: 'send-message' | 'ask-again'): void {
    const text = this.text.trim();
    if (text === '' || this.locked || this.#saving || new TextEncoder().encode(text).length > this.maxBytes) return;
    if (this.composing.kind !== 'edit') this.#write('');
    this.#saidTyping = 0;
    this.dispatchEvent(new CustomEvent<string>(event, { detail: text, bubbles: true, composed: true }));
  }
}

customElements.define('message-composer', MessageComposer);
