import { css, html, LitElement } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Author, Reaction } from '../../runtime/protocol/entries.ts';
import type { Item } from '../../runtime/protocol/room-log.ts';
import { formatList, formatNumber, words } from '../locales/words.ts';
import type { ItemRequest, Rights } from '../state/actions.ts';
import { hasReacted } from '../state/actions.ts';
import { base, controls } from '../styles/shared.ts';

/** People named before the rest is a number. */
const MOST_NAMED = 8;

/**
 * The reactions below a message, each with its count; who it was is in the title and in what screen readers say. A click
 * adds or takes back one's own.
 * @fires act-on-item with an {@link ItemRequest}
 */
export class ReactionBar extends LitElement {
  static override properties = { item: { attribute: false }, me: { attribute: false }, rights: { type: String } };
  static override styles = [
    base,
    controls,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1);
        margin-block-start: var(--space-1);
      }
      button {
        display: inline-flex;
        align-items: center;
        gap: 0.375rem;
        min-block-size: min(var(--press-small), 2rem);
        padding-inline: var(--space-2);
        border: 1px solid var(--line);
        border-radius: 1rem;
        background: var(--surface);
        font-size: var(--text-small);
        font-variant-numeric: tabular-nums;
        line-height: 1;
      }
      button:enabled:hover {
        border-color: var(--line-strong);
      }
      [aria-pressed='true'] {
        border-color: var(--accent);
        background: var(--accent-soft);
        color: var(--accent-strong);
        font-weight: 650;
      }
      .emoji {
        font-size: 1rem;
      }
    `,
  ];
  declare item: Item;
  declare me: Author;
  declare rights: Rights;

  override render(): unknown {
    return repeat(
      this.item.reactions ?? [],
      ({ emoji }) => emoji,
      (reaction) => this.#chip(reaction),
    );
  }

  #chip({ emoji, people }: Reaction): unknown {
    const names = namesOf(people, this.me);
    return html`<button
      type="button"
      aria-pressed=${hasReacted(this.item, emoji, this.me) ? 'true' : 'false'}
      title=${names}
      ?disabled=${this.rights === 'read'}
      @click=${() => this.#toggle(emoji)}
    >
      <span class="emoji">${emoji}</span> ${formatNumber(people.length)} <span class="hidden-words">${names}</span>
    </button>`;
  }

  #toggle(emoji: string): void {
    const detail: ItemRequest = { what: 'react', item: this.item, emoji };
    this.dispatchEvent(new CustomEvent('act-on-item', { detail, bubbles: true, composed: true }));
  }
}

/** "You, Ann, and 3 more"; the reader first. */
export function namesOf(people: Reaction['people'], me: Author): string {
  const own = people.filter(({ id }) => id === me.id).map(() => words.message.you);
  const all = [...own, ...people.filter(({ id }) => id !== me.id).map(({ name }) => name)];
  const rest = all.length - MOST_NAMED;
  return formatList(rest > 0 ? [...all.slice(0, MOST_NAMED), words.message.others(rest)] : all);
}

customElements.define('reaction-bar', ReactionBar);
