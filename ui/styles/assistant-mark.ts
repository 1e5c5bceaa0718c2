/** The round sign of the assistant, where people have their initials. */
import { css } from 'lit';

export const assistantMark = css`
  .mark {
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 2rem;
    block-size: 2rem;
    border-radius: 50%;
    background: var(--accent);
    color: var(--on-accent);
  }
  .mark svg {
    inline-size: 1.125rem;
    block-size: 1.125rem;
  }
`;
