import { css, html, LitElement } from 'lit';
import { words } from '../locales/words.ts';
import { base, controls } from '../styles/shared.ts';

/** A choice that covers what people say with one, not all that there are. Screen readers know their names. */
const GROUPS = [
  ['faces', '😀 😄 😅 😂 🙂 😉 😊 😍 😘 😎 🤔 🤨 😐 🙄 😏 😴 😮 😱 😢 😭 😤 😡 🥳 🤯 🤗 🤫 🥲 😬'],
  ['gestures', '👍 👎 👌 👏 🙌 🙏 💪 👋 🤝 ✌️ 🤞 👀 🤷 🤦 🫡 🫶'],
  ['signs', '❤️ 🧡 💛 💚 💙 💜 🖤 💔 ✅ ❌ ❗ ❓ 💯 🔥 ✨ ⭐ ⚡ ⚠️ ➕ ♻️'],
  ['things', '🎉 🎂 🎁 🏆 🚀 💡 📌 📎 🔒 🔧 🐛 🧪 📈 📉 💻 📚 ☕ 🍕 🍀 🌍 ☀️ 🌧️ ⏰ ✉️'],
] as const;

/** Buttons in a line, as the style sheet has them. */
const COLUMNS = 7;

/**
 * Reactions to choose from; one stop for Tab, arrows go about in it.
 * @fires choose-emoji with the emoji as its detail
 */
export class EmojiPicker extends LitElement {
  static override properties = { at: { state: true } };
  static override styles = [
    base,
    controls,
    css`
      .groups {
        max-block-size: 17rem;
        overflow-y: auto;
      }
      h2 {
        padding: var(--space-2) var(--space-1) var(--space-1);
        font-size: var(--text-small);
        font-weight: 600;
        color: var(--ink-soft);
      }
      .group {
        display: grid;
        grid-template-columns: repeat(7, 1fr);
      }
      button {
        display: grid;
        place-items: center;
        block-size: var(--press);
        border-radius: var(--radius-small);
        font-size: 1.25rem;
        line-height: 1;
      }
      button:hover {
        background: var(--accent-soft);
      }
      button:focus-visible {
        outline-offset: -2px;
      }
    `,
  ];
  /** Number of the button that Tab reaches. */
  declare at: number;

  constructor() {
    super();
    this.at = 0;
  }

  focusFirst(): void {
    this.#buttons[0]?.focus();
  }

  override render(): unknown {
    let number = 0;
    return html`<div class="groups" role="group" aria-label=${words.emoji.label} @keydown=${this.#keydown}>
      ${GROUPS.map(
        ([name, emojis]) =>
          html`<h2>${words.emoji[name]}</h2>
            <div class="group">${emojis.split(' ').map((emoji) => this.#button(emoji, number++))}</div>`,
      )}
    </div>`;
  }

  #button(emoji: string, number: number): unknown {
    return html`<button
      type="button"
      tabindex=${number === this.at ? '0' : '-1'}
      @focus=${() => (this.at = number)}
      @click=${() => this.#choose(emoji)}
    >
      ${emoji}
    </button>`;
  }

  get #buttons(): readonly HTMLElement[] {
    return [...this.renderRoot.querySelectorAll('button')];
  }

  #choose(emoji: string): void {
    this.dispatchEvent(new CustomEvent<string>('choose-emoji', { detail: emoji, bubbles: true, composed: true }));
  }

  readonly #keydown = (event: KeyboardEvent): void => {
    const forward = document.documentElement.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    const back = forward === 'ArrowLeft' ? 'ArrowRight' : 'ArrowLeft';
    const last = this.#buttons.length - 1;
    const steps: Readonly<Record<string, number>> = {
      [forward]: this.at + 1,
      [back]: this.at - 1,
      ArrowDown: this.at + COLUMNS,
      ArrowUp: this.at - COLUMNS,
      Home: 0,
      End: last,
    };
    const next = steps[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.#buttons[Math.max(0, Math.min(next, last))]?.focus();
  };
}

customElements.define('emoji-picker', EmojiPicker);
