/**
 * Markdown in blocks, for a text that grows: what is complete is parsed once and never again, only the last, open block is
 * parsed at each step. No DOM.
 */
import type { Token, Tokens, TokensList } from 'marked';
import { Marked } from 'marked';
import { words } from '../locales/words.ts';
import { bounds } from './bounds.ts';
import type { Formula } from './formulas.ts';
import { formulaAt, formulaLinesAt, formulaLinesIn } from './formulas.ts';

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? character);
}

/** A formula stands as it was written until it is typeset (`typesetting.ts`). */
function formulaHtml({ raw, display }: Formula): string {
  return `<span class="formula ${display}">${escape(raw.trim())}</span>`;
}

function formulaToken(type: string, formula: Formula | undefined): (Tokens.Generic & Formula) | undefined {
  return formula === undefined ? undefined : { type, ...formula };
}

/** HTML that somebody writes is text that they want others to see; nothing of it becomes an element. */
const marked = new Marked({
  gfm: true,
  breaks: true,
  tokenizer: bounds(),
  extensions: [
    {
      name: 'formula',
      level: 'inline',
      start: (text) => text.indexOf('$'),
      tokenizer: (text, tokens) => formulaToken('formula', formulaAt(text, tokens.at(-1)?.raw.at(-1) ?? '')),
      renderer: (token) => formulaHtml(token as Tokens.Generic & Formula),
    },
    {
      name: 'formulaLines',
      level: 'block',
      start: formulaLinesIn,
      tokenizer: (text) => formulaToken('formulaLines', formulaLinesAt(text)),
      renderer: (token) => `<p>${formulaHtml(token as Tokens.Generic & Formula)}</p>`,
    },
  ],
  renderer: {
    html: ({ text, block }) => (block ? `<p>${escape(text.trim())}</p>` : escape(text)),
    image: ({ href, text }) => `<a href="${escape(href)}">${escape(words.image(text))}</a>`,
    checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
    code: ({ text, lang }) => {
      const language = /^[\w+#.-]{1,30}/.exec(lang ?? '')?.[0] ?? '';
      return `<pre><code class="language-${escape(language)}">${escape(text)}</code></pre>`;
    },
  },
});

/** What a step adds and what it replaces, as HTML that is still to be sanitised. */
export interface Step {
  /** Everything shown before is void: the text is another one. */
  readonly restart: boolean;
  /** Blocks that are complete now, to be put after those complete before. */
  readonly complete: string;
  /** The open block, in place of the one before. */
  readonly open: string;
  /** The open block's last token is code whose fence is closed: text may follow it, but the code stays as it is. */
  readonly openIsClosed: boolean;
}

export class BlockStream {
  #complete = '';

  /** @param text the whole text so far */
  next(text: string): Step {
    const source = text.replaceAll(/\r\n?/g, '\n');
    const restart = !source.startsWith(this.#complete);
    if (restart) this.#complete = '';
    const tokens = marked.lexer(source.slice(this.#complete.length));
    const open = openFrom(tokens);
    const complete = tokens.slice(0, open);
    this.#complete += complete.map(({ raw }) => raw).join('');
    return {
      restart,
      complete: html(complete, tokens),
      open: html(tokens.slice(open), tokens),
      openIsClosed: endsClosed(tokens),
    };
  }
}

/** A last block shorter than this may yet turn out to be the next item of the list before it: `1` becomes `1. second`. */
const STUB_LENGTH = 12;

/**
 * Index of the first token that more text could still change. A block is safe when an empty line and another block follow:
 * without the empty line a heading's underline or a table could still make something else of it. Code ends with its fence.
 */
function openFrom(tokens: readonly Token[]): number {
  const last = lastBlock(tokens, tokens.length - 1);
  const isStub = (tokens[last]?.raw.trim().length ?? 0) < STUB_LENGTH;
  for (let index = isStub ? lastBlock(tokens, last - 1) : last; index > 0; index--) {
    const before = tokens[index - 1];
    if (before === undefined) continue;
    if (before.type === 'space' || before.raw.endsWith('\n\n') || isClosedCode(before)) return index;
  }
  return 0;
}

function endsClosed(tokens: readonly Token[]): boolean {
  const last = tokens[lastBlock(tokens, tokens.length - 1)];
  return last !== undefined && isClosedCode(last);
}

/** Whether it is code with its closing fence: what grows has none yet. */
function isClosedCode({ type, raw }: Token): boolean {
  return type === 'code' && /\n {0,3}(?:```+|~~~+)\s*$/.test(raw);
}

/** Index of the last token up to one that is more than empty lines. */
function lastBlock(tokens: readonly Token[], from: number): number {
  let index = from;
  while (index >= 0 && tokens[index]?.type === 'space') index--;
  return index;
}

function html(tokens: Token[], { links }: TokensList): string {
  return marked.parser(Object.assign([...tokens], { links }));
}
