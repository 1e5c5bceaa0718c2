import { css } from 'lit';

export const searchStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-block-size: 0;
    background: var(--ground);
  }
  search {
    display: flex;
    flex: 1;
    flex-direction: column;
    min-block-size: 0;
  }
  form {
    display: flex;
    align-items: center;
    gap: var(--space-1);
    padding: var(--space-3) var(--space-3) 0;
  }
  .glass {
    position: relative;
    inset-inline-start: 2rem;
    margin-inline-start: -1.25rem;
    color: var(--ink-soft);
    pointer-events: none;
  }
  input {
    flex: 1;
    min-inline-size: 0;
    min-block-size: 2.5rem;
    padding-inline: 2.25rem var(--space-2);
    font: inherit;
    font-size: 1rem;
    color: inherit;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--surface);
  }
  input::placeholder {
    color: var(--ink-soft);
    opacity: 1;
  }
  input:focus-visible {
    outline-offset: -1px;
    border-color: transparent;
  }
  input::-webkit-search-cancel-button {
    display: none;
  }
  .count {
    min-block-size: 2.25rem;
    padding: var(--space-2) var(--space-4);
    font-size: var(--text-small);
    color: var(--ink-soft);
    overflow-wrap: anywhere;
  }
  .results {
    flex: 1;
    min-block-size: 0;
    padding: 0 var(--space-2) var(--space-4);
    overflow-y: auto;
  }
  ol {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  .hit {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 0 var(--space-2);
    inline-size: 100%;
    padding: var(--space-2) var(--space-3);
    border-radius: var(--radius-small);
    text-align: start;
  }
  .hit:hover,
  .hit[aria-current='true'] {
    background: var(--accent-soft);
  }
  .hit:focus-visible {
    outline-offset: -2px;
  }
  .who {
    justify-self: start;
    max-inline-size: 100%;
    overflow: hidden;
    font-weight: 650;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  time {
    align-self: baseline;
    font-size: var(--text-small);
    color: var(--ink-soft);
    font-variant-numeric: tabular-nums;
  }
  .text {
    grid-column: 1 / -1;
    font-size: var(--text-body);
    line-height: 1.45;
    overflow-wrap: anywhere;
  }
  mark {
    color: inherit;
    font-weight: 650;
    background: none;
    text-decoration: underline 2px var(--accent);
    text-underline-offset: 0.2em;
  }
  .hint {
    padding: var(--space-3);
    color: var(--ink-soft);
    text-wrap: pretty;
  }
  .problem {
    margin: var(--space-2);
    padding: var(--space-3);
    border-radius: var(--radius-small);
    background: var(--danger-soft);
    color: var(--danger);
  }
  .more {
    inline-size: calc(100% - 2 * var(--space-2));
    margin: var(--space-2);
  }
  .bars {
    display: grid;
    gap: var(--space-3);
    padding: var(--space-3);
  }
  .bars i {
    block-size: 2.75rem;
    border-radius: var(--radius-small);
    background: var(--line);
    opacity: 0.6;
    animation: breath 1s ease-in-out infinite alternate;
  }
  @keyframes breath {
    to {
      opacity: 0.3;
    }
  }
`;
