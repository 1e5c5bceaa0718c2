/** TeX into MathML, and what MathML needs of styles: with the library, the chunk that only formulas load. */
import { css } from 'lit';
import temml from 'temml';
import { sanitise } from './sanitise.ts';

/** What was typeset, for the next time it is drawn: a text that grows is drawn often. */
const known = new Map<string, DocumentFragment | undefined>();
const MOST_KNOWN = 500;

/** Nothing that leaves the page, and nothing that is endless. */
const OPTIONS = { throwOnError: true, strict: false, trust: false, maxSize: [20, 20], maxExpand: 200 } as const;

/** @returns a copy of its own; `undefined` where the source is wrong */
export function typeset(tex: string, display: 'inline' | 'block'): DocumentFragment | undefined {
  const key = `${display} ${tex}`;
  if (!known.has(key)) {
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(key, made(tex, display));
  }
  return known.get(key)?.cloneNode(true) as DocumentFragment | undefined;
}

function made(tex: string, display: 'inline' | 'block'): DocumentFragment | undefined {
  try {
    const { maxSize, ...options } = OPTIONS;
    const html = temml.renderToString(tex, { ...options, maxSize: [...maxSize], displayMode: display === 'block' });
    return sanitise(withoutStyles(html));
  } catch {
    return undefined;
  }
}

/** The page's policy allows no styles in attributes; of what they say, frames alone mean something. */
function withoutStyles(html: string): string {
  return html.replaceAll(/ style="([^"]*)"/g, (_, style: string) =>
    style.includes('border:') ? ' class="tml-fbox"' : '',
  );
}

/** Where the library's classes mean something, and fonts that systems have. */
const styles = css`
  .formula {
    direction: ltr;
    unicode-bidi: isolate;
  }
  .formula.wide {
    display: inline-block;
    margin: 0;
    max-inline-size: 100%;
    overflow: auto hidden;
    vertical-align: bottom;
  }
  .formula.block {
    display: block;
    padding-block: var(--space-1);
    text-align: center;
  }
  .wrong {
    font-family: var(--mono);
    font-size: 0.9em;
    text-align: start;
    white-space: pre-wrap;
    color: var(--danger);
  }
  math {
    font-family:
      'Cambria Math', 'STIX Two Math', 'Latin Modern Math', 'Libertinus Math', 'DejaVu Math TeX Gyre', 'Noto Sans Math',
      math;
    font-size: 1.1em;
    line-height: normal;
    direction: ltr;
  }
  .tml-jot > mtr > mtd {
    padding-block: 0.7ex;
    padding-inline: 0;
  }
  .tml-jot > mtr > .tml-right:not(:first-child) {
    padding-inline-start: 2em;
  }
  .tml-left {
    text-align: -webkit-left;
  }
  .tml-right {
    text-align: -webkit-right;
  }
  .tml-tag {
    padding-inline-start: 2em;
  }
  .tml-sml-pad {
    padding-inline-start: 0.05em;
  }
  .tml-med-pad {
    padding-inline-start: 0.1em;
  }
  .tml-lrg-pad {
    padding-inline-start: 0.15em;
  }
  .tml-vec {
    transform: scale(0.75);
  }
  .tml-fbox {
    padding: 0.2em;
    border: 1px solid;
  }
  menclose {
    position: relative;
  }
  .tml-overline {
    padding-block-start: 0.1em;
    border-block-start: 0.065em solid;
  }
  .tml-underline {
    padding-block-end: 0.1em;
    border-block-end: 0.065em solid;
  }
  .tml-cancel {
    position: absolute;
    inset: 0;
    background: linear-gradient(to top right, transparent 47%, currentcolor 47% 53%, transparent 53%);
  }
  .tml-cancel.downstrike {
    background: linear-gradient(to bottom right, transparent 47%, currentcolor 47% 53%, transparent 53%);
  }
  .tml-cancel.sout {
    background: linear-gradient(transparent 47%, currentcolor 47% 53%, transparent 53%);
  }
`;

/** Gives the styles to the shadow root around an element, once. */
export function useStyles(element: HTMLElement): void {
  const root = element.getRootNode();
  const sheet = styles.styleSheet;
  if (!(root instanceof ShadowRoot) || sheet === undefined || root.adoptedStyleSheets.includes(sheet)) return;
  root.adoptedStyleSheets.push(sheet);
}
