/** What rows of the transcript have in common, whoever wrote them: their tools, and the mark of the one looked for. */
import { css } from 'lit';

export const rowStyles = css`
  :host {
    scroll-margin-block: var(--space-6);
  }
  article {
    position: relative;
    border-radius: var(--radius-small);
  }
  message-tools {
    position: absolute;
    inset-block-start: -1.125rem;
    inset-inline-end: 0;
    visibility: hidden;
    z-index: 1;
  }
  article:hover > message-tools,
  article:focus-within > message-tools {
    visibility: visible;
  }
  .gone {
    margin: 0;
    color: var(--ink-soft);
    font-style: italic;
  }
  /* Arabic has no italics. */
  .gone:dir(rtl) {
    font-style: normal;
  }
  /* Somebody named the reader. */
  :host([mentioned]) article {
    background: var(--accent-soft);
    box-shadow:
      -0.5rem 0 0 var(--accent-soft),
      0.5rem 0 0 var(--accent-soft);
  }
  /* Around the whole row, inside of what is left between two of them. */
  article::after {
    content: '';
    position: absolute;
    inset: -3px calc(-1 * var(--space-2));
    border: 2px solid var(--accent);
    border-radius: var(--radius-small);
    opacity: 0;
    pointer-events: none;
    transition: opacity 600ms;
  }
  :host([data-found]) article {
    animation: found 1.2s ease-out;
  }
  :host([data-found]) article::after {
    opacity: 1;
  }
  @keyframes found {
    from {
      background: var(--accent-soft);
    }
  }
  /* Where nothing can hover they are always there: at the end of the first line, which alone leaves room for them. */
  @media (hover: none) {
    message-tools {
      inset-block-start: -0.5rem;
      visibility: visible;
    }
    .head {
      padding-inline-end: 2.5rem;
    }
  }
`;
