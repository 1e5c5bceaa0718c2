/** What every component begins with, and the controls that several of them have. */
import { css } from 'lit';

export const base = css`
  :host {
    box-sizing: border-box;
  }
  :host([hidden]) {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: inherit;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  h1,
  h2,
  p,
  ul {
    margin: 0;
    padding: 0;
  }
  ul {
    list-style: none;
  }
  .hidden-words {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
`;

export const controls = css`
  button {
    font: inherit;
    color: inherit;
    cursor: pointer;
    border: 0;
    background: none;
    padding: 0;
  }
  .primary,
  .quiet {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--space-2);
    min-block-size: 2.75rem;
    padding: var(--space-2) var(--space-5);
    border-radius: var(--radius);
    font-weight: 600;
    line-height: 1.3;
    transition: background-color 120ms;
  }
  .primary {
    background: var(--accent);
    color: var(--on-accent);
  }
  .primary:hover {
    background: var(--accent-strong);
  }
  .primary:disabled {
    background: var(--line);
    color: var(--ink-soft);
    cursor: default;
  }
  .quiet {
    border: 1px solid var(--line-strong);
    background: var(--surface);
  }
  .quiet:hover {
    background: var(--accent-soft);
  }
  .small {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--space-1);
    min-block-size: var(--press-small);
    padding-inline: var(--space-3);
    border-radius: calc(var(--press-small) / 2);
    border: 1px solid var(--line-strong);
    background: var(--surface);
    font-size: var(--text-small);
    font-weight: 600;
  }
  .small:hover {
    background: var(--accent-soft);
  }
  .icon {
    display: inline-grid;
    place-items: center;
    inline-size: 2.5rem;
    block-size: 2.5rem;
    border-radius: var(--radius-small);
    color: var(--ink-soft);
  }
  .icon:hover {
    background: var(--accent-soft);
    color: var(--ink);
  }
  svg {
    display: block;
    inline-size: 1.25rem;
    block-size: 1.25rem;
    fill: none;
    stroke: currentcolor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
`;
