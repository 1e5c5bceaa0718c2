import { css } from 'lit';

export const transcriptStyles = css`
  :host {
    position: relative;
    display: flex;
    flex-direction: column;
    min-block-size: 0;
  }
  .scroller {
    flex: 1;
    min-block-size: 0;
    overflow: hidden auto;
    overflow-anchor: none;
    overscroll-behavior: contain;
    /* On both sides: messages stand above the field to write in. */
    scrollbar-gutter: stable both-edges;
    scrollbar-width: thin;
    scrollbar-color: var(--line-strong) transparent;
  }
  .scroller:focus-visible {
    outline-offset: -2px;
  }
  .column {
    display: flow-root;
    position: relative;
    min-block-size: 100%;
    max-inline-size: var(--column);
    margin-inline: auto;
    padding: 0 var(--space-4) var(--space-5);
    font-size: var(--text-body);
  }
  .edge {
    min-block-size: var(--space-5);
    padding-block: var(--space-4) 0;
    text-align: center;
    font-size: var(--text-small);
    color: var(--ink-soft);
  }
  .day {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    padding-block-start: var(--space-5);
    font-size: var(--text-small);
    color: var(--ink-soft);
  }
  .day::before,
  .day::after {
    content: '';
    flex: 1;
    border-block-start: 1px solid var(--line);
  }
  .empty {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: var(--space-2);
    padding: var(--space-5);
    text-align: center;
    color: var(--ink-soft);
  }
  .empty h2 {
    font-size: var(--text-large);
    color: var(--ink);
  }
  .empty p {
    max-inline-size: 24rem;
    text-wrap: balance;
  }
  .empty-mark {
    display: grid;
    place-items: center;
    inline-size: 3.5rem;
    block-size: 3.5rem;
    margin-block-end: var(--space-2);
    border-radius: 50%;
    background: var(--accent-soft);
    color: var(--accent);
  }
  .empty-mark svg {
    inline-size: 1.75rem;
    block-size: 1.75rem;
  }
  .jump {
    position: absolute;
    inset-block-end: var(--space-3);
    inset-inline: 0;
    inline-size: max-content;
    margin-inline: auto;
    display: inline-flex;
    align-items: center;
    gap: var(--space-2);
    min-block-size: var(--press);
    padding-inline: var(--space-3) var(--space-4);
    border: 1px solid var(--line);
    border-radius: 2rem;
    background: var(--surface);
    box-shadow: var(--shadow);
    font-size: var(--text-small);
    font-weight: 600;
  }
  .jump svg {
    inline-size: 1rem;
    block-size: 1rem;
    color: var(--accent);
  }
  .jump.top {
    inset-block: var(--space-3) auto;
  }
  .unread {
    color: var(--accent);
    font-weight: 650;
  }
  .unread::before,
  .unread::after {
    border-color: var(--accent);
  }
  .skeleton {
    display: grid;
    gap: var(--space-4);
    padding-block-start: var(--space-6);
  }
  .skeleton i {
    block-size: 3.25rem;
    inline-size: 70%;
    border-radius: var(--radius);
    background: var(--line);
    opacity: 0.6;
    animation: breath 1s ease-in-out infinite alternate;
  }
  .skeleton i:nth-of-type(2n) {
    inline-size: 45%;
    justify-self: end;
  }
  .skeleton i:nth-of-type(3) {
    block-size: 6rem;
  }
  @keyframes breath {
    to {
      opacity: 0.3;
    }
  }
`;
