import { css } from 'lit';

export const markdownStyles = css`
  :host {
    display: block;
    overflow-wrap: anywhere;
  }
  .text > :first-child {
    margin-block-start: 0;
  }
  .text > :last-child {
    margin-block-end: 0;
  }
  .text > .code:last-child,
  .text > .wide:last-child {
    margin-block-end: var(--after-box, 0);
  }
  /* Each block runs as its own text does, whatever the page speaks; code always runs from left to right. */
  .plain,
  p,
  li,
  th,
  td,
  h1,
  h2,
  h3,
  h4,
  h5,
  h6 {
    unicode-bidi: plaintext;
  }
  .code pre {
    direction: ltr;
    text-align: left;
  }
  .plain {
    white-space: pre-wrap;
  }
  p,
  ul,
  ol,
  blockquote,
  h1,
  h2,
  h3,
  h4,
  h5,
  h6,
  .code,
  .wide {
    margin-block: var(--space-3);
  }
  p {
    white-space: normal;
  }
  h1,
  h2,
  h3,
  h4,
  h5,
  h6 {
    font-size: 1.05em;
    line-height: 1.35;
    margin-block-start: var(--space-4);
  }
  h1 {
    font-size: 1.25em;
  }
  h2 {
    font-size: 1.15em;
  }
  ul,
  ol {
    padding-inline-start: 1.4em;
  }
  ul {
    list-style: disc;
  }
  li + li {
    margin-block-start: var(--space-1);
  }
  blockquote {
    margin-inline: 0;
    padding-inline-start: var(--space-4);
    border-inline-start: 3px solid var(--line);
    color: var(--ink-soft);
  }
  a {
    color: var(--accent);
    text-underline-offset: 0.15em;
  }
  .target {
    color: var(--ink-soft);
    font-size: 0.9em;
  }
  code {
    font-family: var(--mono);
    font-size: 0.9em;
    padding: 0.1em 0.35em;
    border-radius: 0.3em;
    background: light-dark(var(--sunken), rgb(255 255 255 / 9%));
  }
  .code {
    border: 1px solid var(--line);
    border-radius: var(--radius-small);
    background: var(--sunken);
    overflow: hidden;
    color: var(--ink);
  }
  .code .wide {
    margin: 0;
  }
  .code-head {
    display: flex;
    justify-content: space-between;
    align-items: center;
    padding-block: var(--space-1);
    padding-inline: var(--space-3) var(--space-1);
    border-block-end: 1px solid var(--line);
    font-size: var(--text-small);
    color: var(--ink-soft);
  }
  .copy {
    font: inherit;
    font-weight: 600;
    color: inherit;
    background: none;
    border: 0;
    cursor: pointer;
    min-block-size: var(--press-small);
    padding-inline: var(--space-3);
    border-radius: var(--radius-small);
  }
  .copy:hover {
    background: var(--accent-soft);
    color: var(--ink);
  }
  .wide {
    overflow-x: auto;
  }
  .wide:focus-visible {
    outline-offset: -2px;
  }
  pre {
    margin: 0;
    padding: var(--space-3);
    line-height: 1.5;
  }
  pre code {
    padding: 0;
    background: none;
    white-space: pre;
    overflow-wrap: normal;
  }
  .hljs-comment,
  .hljs-quote,
  .hljs-meta {
    color: var(--code-quiet);
  }
  .hljs-keyword,
  .hljs-selector-tag,
  .hljs-literal,
  .hljs-tag .hljs-name,
  .hljs-built_in,
  .hljs-type {
    color: var(--code-word);
  }
  .hljs-string,
  .hljs-regexp,
  .hljs-addition,
  .hljs-attribute {
    color: var(--code-text);
  }
  .hljs-number,
  .hljs-symbol,
  .hljs-variable,
  .hljs-deletion {
    color: var(--code-value);
  }
  .hljs-title,
  .hljs-section,
  .hljs-attr {
    color: var(--code-name);
  }
  table {
    border-collapse: collapse;
    font-size: 0.95em;
  }
  th,
  td {
    padding: var(--space-1) var(--space-3);
    border: 1px solid var(--line);
  }
  th {
    background: var(--sunken);
  }
  th:not([align]) {
    text-align: start;
  }
  hr {
    border: 0;
    border-block-start: 1px solid var(--line);
    margin-block: var(--space-4);
  }
`;
