/** Modal dialogs with fields in them. */
import { css } from 'lit';
import { dialogBox } from './dialog-box.ts';

export const dialogStyles = css`
  ${dialogBox}
  dialog {
    inline-size: min(28rem, 100vw - 2 * var(--space-4));
    max-block-size: calc(100dvh - 2 * var(--space-5));
    overflow-y: auto;
  }
  h3 {
    margin: 0;
    font-size: 1rem;
  }
  .fields,
  section {
    display: grid;
    justify-items: start;
    gap: var(--space-2);
    padding-block: var(--space-5);
    border-block-end: 1px solid var(--line);
  }
  .fields label:not(:first-child),
  .fields > button {
    margin-block-start: var(--space-2);
  }
  label {
    font-size: var(--text-small);
    font-weight: 600;
  }
  input:not([type='radio']),
  textarea,
  select {
    inline-size: 100%;
    min-block-size: 2.75rem;
    padding-inline: var(--space-3);
    font: inherit;
    font-size: 1rem;
    font-weight: 400;
    color: inherit;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-small);
    background: var(--surface);
  }
  ul {
    inline-size: 100%;
  }
  li {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    min-block-size: 3rem;
  }
  /* Names keep the side of the page, whichever way they run. */
  .what {
    display: grid;
    justify-items: start;
    flex: 1;
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  .hint {
    font-size: var(--text-small);
    color: var(--ink-soft);
  }
  .problem,
  .said {
    margin-block-start: var(--space-3);
    padding: var(--space-2) var(--space-3);
    border-radius: var(--radius-small);
    background: var(--accent-soft);
  }
  /* Seen wherever in a long dialog the step was. */
  .problem:not(:empty),
  .said:not(:empty) {
    position: sticky;
    inline-size: 100%;
    inset-block-start: calc(-1 * var(--space-3));
    scroll-margin-block: var(--space-3);
    box-shadow: var(--shadow);
    z-index: 1;
  }
  .problem {
    background: var(--danger-soft);
    color: var(--danger);
  }
  /* No gap for what says nothing. */
  .problem:empty,
  .said:empty {
    position: absolute;
    margin: 0;
    padding: 0;
  }
  .danger {
    border-color: var(--danger);
    color: var(--danger);
  }
  .end {
    display: flex;
    justify-content: flex-end;
    padding-block-start: var(--space-5);
  }
`;
