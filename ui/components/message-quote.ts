import { css, html, LitElement } from 'lit';
import { words } from '../locales/words.ts';
import type { Quoted } from '../state/timeline.ts';
import { base, controls } from '../styles/shared.ts';

/** As much of a text as one line can show. */
const LONGEST = 160;

/**
 * What a message answers, in one line that leads there.
 * @fires jump-to with the offset of what is quoted
 */
export class MessageQuote extends LitElement {
  static override properties = { quoted: { attribute: false }, assistant: { type: String } };
  static override styles = [
    base,
    controls,
    css`
      :host {
        display: block;
        max-inline-size: 100%;
        min-inline-size: 0;
      }
      button {
        display: flex;
        gap: var(--space-2);
        max-inline-size: 100%;
        min-block-size: 1.5rem;
        padding-inline: var(--space-2);
        border-inline-start: 2px solid var(--accent);
        font-size: var(--text-small);
        color: var(--ink-soft);
        text-align: start;
      }
      button:hover {
        color: var(--ink);
      }
      @media (pointer: coarse) {
        button {
          align-items: center;
          min-block-size: 2.5rem;
        }
      }
      .who {
        flex: none;
        max-inline-size: 40%;
        font-weight: 650;
      }
      .who,
      .what {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
    `,
  ];
  declare quoted: Quoted;
  /** The assistant's name. */
  declare assistant: string;

  override render(): unknown {
    const { item } = this.quoted;
    const who = item === undefined ? '' : item.kind === 'message' ? item.author.name : this.assistant;
    return html`<button type="button" title=${words.message.jumpToQuoted} @click=${this.#jump}>
      <span class="hidden-words">${words.message.inReplyTo}</span>
      <span class="who" dir="auto">${who}</span>
      <span class="what" dir="auto">${this.#words()}</span>
    </button>`;
  }

  #words(): string {
    const { item } = this.quoted;
    if (item === undefined) return words.message.quoteEarlier;
    if (item.deleted !== undefined) return words.message.deleted;
    return plainStart(item.text);
  }

  readonly #jump = (): void =>
    void this.dispatchEvent(
      new CustomEvent<string>('jump-to', { detail: this.quoted.offset, bubbles: true, composed: true }),
    );
}

/** How a text begins, in one line and without the signs of Markdown. */
export function plainStart(text: string): string {
  const line = text
    .slice(0, LONGEST * 2)
    .replaceAll(/[`*_~#>|]+/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

customElements.define('message-quote', MessageQuote);
