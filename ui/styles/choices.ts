/** A few ways beside one another of which one is chosen: radio buttons, as the browser steers them. */
import { css } from 'lit';

export const choiceStyles = css`
  .choices {
    display: grid;
    grid-template-columns: repeat(3, minmax(max-content, 1fr));
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-small);
    overflow: hidden;
  }
  .choices label {
    position: relative;
    display: grid;
    place-items: center;
    min-block-size: var(--press);
    padding-inline: var(--space-1);
    font-size: var(--text-small);
    line-height: 1.25;
    text-align: center;
    cursor: pointer;
  }
  .choices input {
    position: absolute;
    inset: 0;
    opacity: 0;
    margin: 0;
    cursor: pointer;
  }
  .choices label:has(:checked) {
    background: var(--accent-soft);
    color: var(--accent-strong);
    font-weight: 650;
  }
  .choices label:has(:focus-visible) {
    outline: 2px solid var(--accent);
    outline-offset: -2px;
  }
`;
