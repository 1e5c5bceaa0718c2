import { css, html, LitElement, nothing } from 'lit';
import type { Author } from '../../runtime/protocol/entries.ts';
import { words } from '../locales/words.ts';
import type { PersonRequest } from '../state/actions.ts';
import { icons } from '../styles/icons.ts';
import { base, controls } from '../styles/shared.ts';
import { sideList } from '../styles/side-list.ts';
import './person-mark.ts';

/**
 * Who is in the room now, and the way to speak with one of them alone.
 * @fires open-direct with the person's id as its detail
 * @fires open-person with a {@link PersonRequest}
 */
export class PeopleList extends LitElement {
  static override properties = { people: { attribute: false }, me: { type: String } };
  static override styles = [
    base,
    controls,
    sideList,
    css`
      .row {
        min-block-size: 2.75rem;
      }
      .name {
        min-inline-size: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      button.name {
        min-block-size: var(--press);
      }
      button.name:hover {
        text-decoration: underline;
      }
      /* Not the name grows: it begins where the page begins its lines, whichever way it runs itself. */
      .icon,
      .you {
        flex: none;
        margin-inline-start: auto;
      }
      .icon {
        margin-inline-end: calc(-1 * var(--space-2));
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

  #person(person: Author): unknown {
    const { id, name } = person;
    const label = words.people.write(name);
    return html`<person-mark .name=${name}></person-mark>${
        id === this.me
          ? html`<span class="name" dir="auto" title=${name}>${name}</span>
              <span class="you">${words.people.you}</span>`
          : html`<button
                class="name"
                type="button"
                aria-haspopup="dialog"
                dir="auto"
                title=${name}
                @click=${() => this.#tell('open-person', { person })}
              >
                ${name}
              </button>
              <button
                class="icon"
                type="button"
                aria-label=${label}
                title=${label}
                @click=${() => this.#tell('open-direct', id)}
              >
                ${icons.letter}
              </button>`
      }`;
  }

  #tell(event: 'open-direct' | 'open-person', detail: string | PersonRequest): void {
    this.dispatchEvent(new CustomEvent(event, { detail, bubbles: true, composed: true }));
  }
}

customElements.define('people-list', PeopleList);
