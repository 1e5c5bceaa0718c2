/** Panels that open over the page by the Popover API: Escape and a click elsewhere close them without a line of ours. */
import { css } from 'lit';

export const panelStyles = css`
  .panel {
    position: fixed;
    inset-block: calc(var(--bar) + var(--space-1)) auto;
    inset-inline: auto var(--space-3);
    inline-size: min(18rem, 100vw - 2 * var(--space-3));
    max-block-size: calc(100dvh - var(--bar) - var(--space-5));
    margin: 0;
    padding: var(--space-3) var(--space-2);
    overflow-y: auto;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
    color: var(--ink);
    box-shadow: var(--shadow);
  }
  .panel.start {
    inset-inline: var(--space-3) auto;
  }
`;
