import { css } from 'lit';

export const replyStyles = css`
  :host {
    display: block;
    padding-block-start: var(--space-5);
  }
  article {
    display: flex;
    gap: var(--space-3);
  }
  .mark {
    margin-block-start: 0.125rem;
  }
  .body {
    flex: 1;
    min-inline-size: 0;
  }
  .head {
    display: flex;
    align-items: baseline;
    gap: var(--space-2);
    margin-block-end: var(--space-1);
    line-height: 1.4;
  }
  .author {
    font-weight: 650;
    color: var(--accent);
    white-space: nowrap;
  }
  time,
  .model,
  .stats,
  .foot,
  .outcome {
    font-size: var(--text-small);
    color: var(--ink-soft);
    font-variant-numeric: tabular-nums;
  }
  time {
    white-space: nowrap;
  }
  .model {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .stats {
    margin-block-start: var(--space-2);
  }
  .foot {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    min-block-size: 2.5rem;
  }
  .stop {
    margin-inline-start: auto;
    color: var(--ink);
  }
  .stop:disabled {
    color: var(--ink-soft);
    cursor: default;
  }
  .small svg {
    inline-size: 1rem;
    block-size: 1rem;
  }
  .dots {
    display: inline-flex;
    gap: 0.25rem;
  }
  .dots i {
    inline-size: 0.375rem;
    block-size: 0.375rem;
    border-radius: 50%;
    background: var(--accent);
    animation: dot 1.2s ease-in-out infinite;
  }
  .dots i:nth-child(2) {
    animation-delay: 150ms;
  }
  .dots i:nth-child(3) {
    animation-delay: 300ms;
  }
  @keyframes dot {
    0%,
    60%,
    100% {
      opacity: 0.3;
    }
    30% {
      opacity: 1;
    }
  }
  .outcome {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2) var(--space-3);
    margin-block-start: var(--space-2);
    padding: var(--space-2) var(--space-3);
    border-radius: var(--radius-small);
    background: var(--sunken);
  }
  .outcome p {
    flex: 1 1 12rem;
  }
  .thinking {
    margin-block-end: var(--space-2);
    font-size: var(--text-small);
    color: var(--ink-soft);
  }
  summary {
    inline-size: max-content;
    min-block-size: var(--press-small);
    border-radius: 0.375rem;
    cursor: pointer;
  }
  .thinking p {
    padding-inline-start: var(--space-3);
    border-inline-start: 2px solid var(--line);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .outcome strong {
    color: var(--ink);
  }
  .outcome button {
    color: var(--ink);
  }
  .bad {
    background: var(--danger-soft);
    color: var(--danger);
  }
  .bad strong {
    color: var(--danger);
  }
`;
