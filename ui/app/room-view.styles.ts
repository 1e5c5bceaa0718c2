import { css } from 'lit';

export const roomViewStyles = css`
  :host {
    flex: 1;
    display: flex;
    flex-direction: column;
    min-block-size: 0;
    min-inline-size: 0;
  }
  chat-transcript {
    flex: 1;
  }
  .typing {
    inline-size: 100%;
    max-inline-size: var(--column);
    margin-inline: auto;
    min-block-size: 1.5rem;
    padding-inline: var(--space-5);
    font-size: var(--text-small);
    line-height: 1.5rem;
    color: var(--ink-soft);
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
`;
