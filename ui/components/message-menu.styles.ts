import { css } from 'lit';

export const menuStyles = css`
  .panel {
    position: fixed;
    inset: auto;
    inline-size: 17.5rem;
    max-block-size: calc(100dvh - 2 * var(--space-3));
    margin: 0;
    padding: var(--space-2);
    overflow-y: auto;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
    color: var(--ink);
    box-shadow: var(--shadow);
  }
  .quick {
    display: flex;
    justify-content: space-between;
    padding-block-end: var(--space-2);
    margin-block-end: var(--space-2);
    border-block-end: 1px solid var(--line);
  }
  .emoji,
  .quick .icon {
    display: grid;
    place-items: center;
    inline-size: var(--press);
    block-size: var(--press);
    border-radius: var(--radius-small);
    font-size: 1.25rem;
    line-height: 1;
  }
  .emoji:hover {
    background: var(--sunken);
  }
  .emoji[aria-checked='true'] {
    background: var(--accent-soft);
    box-shadow: inset 0 0 0 1px var(--accent);
  }
  .entry {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    inline-size: 100%;
    min-block-size: 2.5rem;
    padding-inline: var(--space-3);
    border-radius: var(--radius-small);
    text-align: start;
  }
  .entry svg {
    color: var(--ink-soft);
  }
  .entry.reply svg:dir(rtl) {
    transform: scaleX(-1);
  }
  .entry:hover {
    background: var(--accent-soft);
  }
  .entry.delete,
  .entry.delete svg {
    color: var(--danger);
  }
  .who {
    display: grid;
    gap: var(--space-1);
    margin-block-start: var(--space-2);
    padding: var(--space-2) var(--space-3) var(--space-1);
    border-block-start: 1px solid var(--line);
    font-size: var(--text-small);
    color: var(--ink-soft);
  }
  .who li {
    display: flex;
    gap: var(--space-2);
    overflow-wrap: anywhere;
  }
  @media (max-width: 30rem) {
    .panel {
      inset: auto 0 0;
      inline-size: 100%;
      padding: var(--space-3) var(--space-3) var(--space-5);
      border-end-start-radius: 0;
      border-end-end-radius: 0;
      border-inline: 0;
      border-block-end: 0;
    }
    .panel::backdrop {
      background: rgb(0 0 0 / 30%);
    }
    .entry {
      min-block-size: 2.75rem;
    }
  }
`;
