import { css } from 'lit';

export const entryStyles = css`
  :host {
    display: block;
    block-size: 100%;
    overflow-y: auto;
  }
  main {
    display: grid;
    place-items: center;
    min-block-size: 100%;
    padding: var(--space-5) var(--space-4);
  }
  form {
    display: grid;
    inline-size: min(24rem, 100%);
    margin-block-end: 8vh;
  }
  img {
    display: block;
  }
  h1 {
    margin-block: var(--space-4) var(--space-1);
    font-size: var(--text-title);
    line-height: 1.2;
    letter-spacing: -0.02em;
    text-wrap: balance;
    overflow-wrap: anywhere;
  }
  /* Its letters hang together. */
  h1:dir(rtl) {
    letter-spacing: normal;
  }
  .lead {
    color: var(--ink-soft);
    margin-block-end: var(--space-6);
    text-wrap: pretty;
  }
  strong {
    display: block;
    margin-block: var(--space-2);
  }
  label {
    font-weight: 600;
    margin-block-end: var(--space-2);
  }
  input {
    font: inherit;
    font-size: 1rem;
    color: inherit;
    min-block-size: 3rem;
    padding-inline: var(--space-4);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--surface);
  }
  input:focus-visible {
    outline-offset: -1px;
    border-color: transparent;
  }
  input[aria-invalid='true'] {
    border-color: var(--danger);
  }
  .hint,
  .problem {
    font-size: var(--text-small);
    color: var(--ink-soft);
    margin-block-start: var(--space-2);
  }
  .problem {
    color: var(--danger);
    font-weight: 600;
  }
  .problem:empty,
  .hint:empty {
    margin: 0;
  }
  input + label {
    margin-block-start: var(--space-4);
  }
  button,
  a {
    min-block-size: 3rem;
    margin-block-start: var(--space-4);
    text-decoration: none;
    color: inherit;
  }
  .primary {
    color: var(--on-accent);
  }
  .link {
    min-block-size: 2.5rem;
    margin-block-start: var(--space-2);
    justify-self: center;
    padding-inline: var(--space-3);
    border-radius: var(--radius-small);
    color: var(--accent);
    font-weight: 600;
  }
  .link:hover {
    text-decoration: underline;
  }
`;
