import type { PropertyValues } from 'lit';
import { html, LitElement, nothing } from 'lit';
import { formatNumber, words } from '../locales/words.ts';
import { remembered } from '../state/remembered.ts';
import { icons } from '../styles/icons.ts';
import { base, controls } from '../styles/shared.ts';
import { composerStyles } from './message-composer.styles.ts';

/** Writers say so at most this often, in milliseconds. */
const SAY_TYPING_EVERY_MS = 3000;
/** Lines before the field scrolls, where the browser does not size it by itself. */
const MOST_LINES = 8;

/**
 * Where messages are written. The draft of each room survives a reload.
 * @fires send-message with the text as its detail
 * @fires say-typing while somebody writes
 */
export class MessageComposer extends LitElement {
  static override properties = {
    room: { type: String },
    roomTitle: { type: String },
    maxBytes: { type: Number },
    hint: { type: String },
    text: { state: true },
  };
  static override styles = [base, controls, composerStyles];
  declare room: string;
  declare roomTitle: string;
  /** Bytes of a message in UTF-8, at most. */
  declare maxBytes: number;
  declare hint: string;
  declare text: string;
  #saidTyping = 0;

  constructor() {
    super();
    this.room = this.roomTitle = this.hint = this.text = '';
    this.maxBytes = Infinity;
  }

  focusField(): void {
    this.renderRoot.querySelector('textarea')?.focus();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('room')) this.text = remembered.draft(this.room);
  }

  override render(): unknown {
    const { composer } = words;
    const bytes = new TextEncoder().encode(this.text.trim()).length;
    const tooLong = bytes > this.maxBytes;
    return html`
      <form @submit=${this.#submit}>
        <textarea
          aria-label=${composer.label}
          aria-describedby="hint"
          aria-invalid=${tooLong ? 'true' : nothing}
          placeholder=${composer.placeholder(this.roomTitle)}
          dir=${this.text === '' ? nothing : 'auto'}
          rows=${Math.min(MOST_LINES, this.text.split('\n').length)}
          enterkeyhint="send"
          .value=${this.text}
          @input=${this.#input}
          @keydown=${this.#keydown}
        ></textarea>
        <button
          class="primary send"
          type="submit"
          aria-label=${composer.send}
          ?disabled=${tooLong || this.text.trim() === ''}
        >
          ${icons.send}
        </button>
      </form>
      <p id="hint" class=${tooLong ? 'problem' : ''} role=${tooLong ? 'alert' : nothing}>
        ${tooLong ? composer.tooLong(formatNumber(bytes), formatNumber(this.maxBytes)) : this.#hint()}
      </p>
    `;
  }

  #hint(): unknown {
    const keys = html`<span class="keys">${words.composer.hint}</span>`;
    return this.hint === '' ? keys : html`${this.hint}<span class="keys"> · ${words.composer.hint}</span>`;
  }

  readonly #input = (event: InputEvent): void => {
    this.text = (event.target as HTMLTextAreaElement).value;
    remembered.setDraft(this.room, this.text);
    const now = Date.now();
    if (this.text === '' || now - this.#saidTyping < SAY_TYPING_EVERY_MS) return;
    this.#saidTyping = now;
    this.dispatchEvent(new CustomEvent('say-typing', { bubbles: true, composed: true }));
  };

  readonly #keydown = (event: KeyboardEvent): void => {
    // Enter that ends the choice of a composed character belongs to the input method.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#send();
  };

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    this.#send();
  };

  #send(): void {
    const text = this.text.trim();
    if (text === '' || new TextEncoder().encode(text).length > this.maxBytes) return;
    this.text = '';
    this.#saidTyping = 0;
    remembered.setDraft(this.room, '');
    this.dispatchEvent(new CustomEvent<string>('send-message', { detail: text, bubbles: true, composed: true }));
  }
}

customElements.define('message-composer', MessageComposer);
