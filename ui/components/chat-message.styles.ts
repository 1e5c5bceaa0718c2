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
  /* Own messages stand at the end of their line: so do their tools, on the inner side, where nothing can hover. */
  @media (hover: none) {
    :host([own]) message-tools {
      order: -1;
      margin-inline-start: auto;
    }
    :host([own]) .body {
      flex: 0 1 auto;
      max-inline-size: calc(100% - 2.5rem);
    }
    :host([own]) .bubble {
      max-inline-size: 100%;
    }
  }
  .foot {
    margin-block-start: var(--space-1);
  }
  .pending {
    font-style: italic;
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
`;
