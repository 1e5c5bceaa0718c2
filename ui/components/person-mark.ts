import { css, html, LitElement } from 'lit';
import { initials } from '../state/initials.ts';
import { base } from '../styles/shared.ts';

/** A person's initials in a circle; says nothing to screen readers, because the name always stands beside it. */
export class PersonMark extends LitElement {
  static override properties = { name: { type: String } };
  static override styles = [
    base,
    css`
      :host {
        display: inline-grid;
        place-items: center;
        inline-size: 2rem;
        block-size: 2rem;
        flex: none;
        border-radius: 50%;
        border: 1px solid var(--line);
        background: var(--surface);
        color: var(--ink-soft);
        font-size: 0.6875rem;
        font-weight: 700;
        letter-spacing: 0.02em;
        user-select: none;
      }
      /* Not text of the page: a button around it would be named by it. */
      span::before {
        content: attr(data-initials);
      }
    `,
  ];
  declare name: string;

  constructor() {
    super();
    this.name = '';
  }

  override render(): unknown {
    return html`<span aria-hidden="true" data-initials=${initials(this.name)}></span>`;
  }
}

customElements.define('person-mark', PersonMark);
