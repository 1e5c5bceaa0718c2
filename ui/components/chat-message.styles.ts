import { css } from 'lit';

export const messageStyles = css`
  :host {
    display: block;
    padding-block-start: var(--space-4);
  }
  :host([follows]) {
    padding-block-start: var(--space-1);
  }
  article {
    display: flex;
    gap: var(--space-3);
  }
  person-mark {
    margin-block-start: 0.125rem;
  }
  .body {
    flex: 1;
    min-inline-size: 0;
  }
  /* Another message of the author may follow closely: text needs less room above it than a frame below it. */
  :host(:not([own])) {
    --after-box: var(--space-2);
  }
  :host([follows]:not([own])) .body {
    padding-inline-start: calc(2rem + var(--space-3));
  }
  .head {
    display: flex;
    align-items: baseline;
    gap: var(--space-2);
    line-height: 1.4;
  }
  .author {
    font-weight: 650;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    cursor: pointer;
  }
  .author:hover {
    text-decoration: underline;
  }
  time,
  .foot {
    font-size: var(--text-small);
    color: var(--ink-soft);
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  :host([own]) .body {
    display: flex;
    flex-direction: column;
    align-items: flex-end;
  }
  :host([own]) .bubble {
    max-inline-size: min(34rem, 88%);
    padding: var(--space-2) var(--space-4);
    border-radius: var(--radius);
    border-end-end-radius: 0.25rem;
    background: var(--accent-soft);
  }
  :host([own]) message-quote {
    margin-block-end: var(--space-1);
  }
  .foot {
    margin-block-start: var(--space-1);
  }
  .pending {
    font-style: italic;
  }
  .pending:dir(rtl) {
    font-style: normal;
  }
  .failed {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: flex-end;
    gap: var(--space-2);
    color: var(--danger);
    white-space: normal;
  }
  .failed button {
    color: var(--ink);
  }
  @media (hover: none) {
    :host([follows]:not([own])) .body::before {
      content: '';
      float: inline-end;
      inline-size: 2.5rem;
      block-size: 1.5rem;
    }
    /* Own messages stand at the end of their line; beside the bubble, on the inner side, are their tools. */
    :host([own]) article {
      display: grid;
      grid-template-columns: minmax(2.5rem, 1fr) auto;
      justify-items: end;
      gap: 0 var(--space-1);
    }
    :host([own]) .body {
      display: contents;
    }
    :host([own]) .body > * {
      grid-column: 1 / -1;
    }
    :host([own]) .bubble {
      grid-area: 2 / 2;
      min-inline-size: 0;
      max-inline-size: 100%;
    }
    :host([own]) message-tools {
      position: static;
      grid-area: 2 / 1;
    }
    :host([own]) reaction-bar {
      grid-row: 3;
    }
    :host([own]) .foot {
      grid-row: 4;
    }
    :host([own]) .foot + .foot {
      grid-row: 5;
    }
  }
`;
