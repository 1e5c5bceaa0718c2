/** Rows of the administrators' lists: what each is, and what can be done with it, below it where the page is narrow. */
import { css } from 'lit';

export const adminRows = css`
  :host {
    display: block;
  }
  li {
    flex-wrap: wrap;
    padding-block: var(--space-3);
    border-block-end: 1px solid var(--line);
  }
  .what {
    flex: 1 1 9rem;
  }
  .acts {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
  }
`;
