/** Lists at the side of the page, of rooms and of people: a quiet heading over rows that can be touched. */
import { css } from 'lit';

export const sideList = css`
  h2 {
    font-size: var(--text-small);
    font-weight: 600;
    color: var(--ink-soft);
    padding: var(--space-2) var(--space-3);
  }
  .row {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    min-block-size: 2.5rem;
    padding-inline: var(--space-3);
    border-radius: var(--radius-small);
  }
`;
