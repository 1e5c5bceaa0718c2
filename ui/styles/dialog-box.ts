/** The frame of every modal dialog; each has a width of its own. */
import { css } from 'lit';

export const dialogBox = css`
  dialog {
    padding: var(--space-5);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
    color: var(--ink);
    box-shadow: var(--shadow);
  }
  dialog:focus-visible {
    outline: none;
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 40%);
  }
  h2 {
    font-size: var(--text-large);
  }
`;
