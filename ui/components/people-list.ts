import { css, html, LitElement, nothing } from 'lit';
import type { Author } from '../../runtime/protocol/entries.ts';
import { words } from '../locales/words.ts';
import { base } from '../styles/shared.ts';
import { sideList } from '../styles/side-list.ts';
import './person-mark.ts';

/** Who is in the room now. */
export class PeopleList extends LitElement {
  static override properties = { people: { attribute: false }, me: { type: String } };
  static override styles = [
    base,
    sideList,
    css`
      .row {
        gap: var(--space-3);
        min-block-size: 2.75rem;
      }
      .name {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .you {
        color: var(--ink-soft);
        font-size: var(--text-small);
      }
      p {
        padding-inline: var(--space-3);
        color: var(--ink-soft);
      }
    `,
  ];
  declare people: readonly Author[];
  /** Id of the reader. */
  declare me: string;

  constructor() {
    super();
    this.people = [];
    this.me = '';
  }

  override render(): unknown {
    const people = this.people.toSorted((a, b) => a.name.localeCompare(b.name));
    return html`
      <section aria-label=${words.people.label}>
        <h2 aria-hidden="true">${words.people.count(people.length)}</h2>
        ${people.length === 0 ? html`<p>${words.people.nobody}</p>` : nothing}
        <ul>
          ${people.map((person) => html`<li class="row">${this.#person(person)}</li>`)}
        </ul>
      </section>
    `;
  }

  #person({ id, name }: Author): unknown {
    const you = id === this.me ? html`<span class="you">${words.people.you}</span>` : nothing;
    return html`<person-mark .name=${name}></person-mark><span class="name">${name}</span>${you}`;
  }
}

customElements.define('people-list', PeopleList);
