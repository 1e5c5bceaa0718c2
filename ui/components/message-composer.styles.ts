import { css } from 'lit';

export const composerStyles = css`
  :host {
    display: block;
    inline-size: 100%;
    max-inline-size: var(--column);
    margin-inline: auto;
    padding: 0 var(--space-4) var(--space-2);
  }
  :host {
    position: relative;
  }
  .about {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    padding: 0 var(--space-1) var(--space-1) var(--space-4);
  }
  .sign {
    color: var(--accent);
  }
  .sign.reply:dir(rtl) svg {
    transform: scaleX(-1);
  }
  .about-words {
    flex: 1;
    min-inline-size: 0;
  }
  .about p {
    min-block-size: 0;
    padding: 0;
    overflow: hidden;
    text-align: start;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .about .what {
    color: var(--accent);
    font-weight: 650;
  }
  .names {
    position: absolute;
    inset-block-end: calc(100% + var(--space-1));
    inset-inline: var(--space-4);
    max-inline-size: 22rem;
    max-block-size: 40dvh;
    padding: var(--space-1);
    overflow-y: auto;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
    box-shadow: var(--shadow);
    z-index: 2;
  }
  .names li {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    min-block-size: 2.5rem;
    padding-inline: var(--space-2);
    border-radius: var(--radius-small);
    cursor: pointer;
  }
  .names li:hover,
  .names [aria-selected='true'] {
    background: var(--accent-soft);
  }
  .name {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .role {
    font-size: var(--text-small);
    color: var(--ink-soft);
  }
  form {
    display: flex;
    align-items: flex-end;
    gap: var(--space-2);
    padding: var(--space-2);
    border: 1px solid var(--line-strong);
    border-radius: 1.25rem;
    background: var(--surface);
  }
  form:focus-within {
    border-color: var(--accent);
    outline: 1px solid var(--accent);
  }
  textarea {
    flex: 1;
    min-inline-size: 0;
    font: inherit;
    font-size: 1rem;
    line-height: 1.5;
    color: inherit;
    background: none;
    border: 0;
    outline: 0;
    resize: none;
    field-sizing: content;
    max-block-size: min(13rem, 40dvh);
    padding: 0.375rem var(--space-2);
  }
  textarea:focus-visible {
    outline: 0;
  }
  textarea::placeholder {
    color: var(--ink-soft);
    opacity: 1;
  }
  .send {
    flex: none;
    inline-size: var(--press);
    min-block-size: var(--press);
    padding: 0;
    border-radius: 50%;
  }
  /* An edit that can be asked again: the field, and below it what can be done. */
  .choosing {
    flex-wrap: wrap;
    justify-content: flex-end;
  }
  .choosing textarea {
    flex-basis: 100%;
  }
  .choosing .small {
    min-block-size: var(--press);
    border-radius: calc(var(--press) / 2);
  }
  .ask {
    border-color: var(--accent);
    background: var(--accent);
    color: var(--on-accent);
  }
  .ask:hover {
    background: var(--accent-strong);
  }
  .small:disabled {
    border-color: var(--line);
    background: var(--sunken);
    color: var(--ink-soft);
    cursor: default;
  }
  p {
    min-block-size: 1.25rem;
    padding: var(--space-1) var(--space-4) 0;
    font-size: var(--text-small);
    line-height: 1.25rem;
    color: var(--ink-soft);
    text-align: center;
  }
  .locked {
    display: flex;
    align-items: center;
    justify-content: center;
    gap: var(--space-2);
    min-block-size: 3.25rem;
    margin-block-end: var(--space-5);
    padding-block: var(--space-2);
    border: 1px solid var(--line);
    border-radius: 1.25rem;
    background: var(--sunken);
    text-align: start;
  }
  .locked svg {
    flex: none;
  }
  .problem {
    color: var(--danger);
    font-weight: 600;
  }
  @media (hover: none), (max-width: 40rem) {
    .keys {
      display: none;
    }
  }
`;
