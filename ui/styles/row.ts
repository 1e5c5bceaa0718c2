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
  /* Somebody named the reader. */
  :host([mentioned]) article {
    background: var(--accent-soft);
    box-shadow:
      -0.5rem 0 0 var(--accent-soft),
      0.5rem 0 0 var(--accent-soft);
  }
  :host([data-found]) article {
    outline: 2px solid var(--accent);
    outline-offset: var(--space-2);
    animation: found 1.2s ease-out;
  }
  @keyframes found {
    from {
      background: var(--accent-soft);
      outline-color: transparent;
    }
  }
  @media (hover: none) {
    message-tools {
      position: static;
      flex: none;
      align-self: flex-start;
      visibility: visible;
    }
  }
`;
