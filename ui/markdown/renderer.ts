/** Markdown into an element, step by step. Loaded when there is something to show: the entry does without. */
import { BlockStream } from './blocks.ts';
import { copyCode, decorate } from './decorate.ts';
import { highlight } from './highlight.ts';
import { sanitise } from './sanitise.ts';
import { typeset } from './typesetting.ts';

export class MarkdownRenderer {
  readonly #target: HTMLElement;
  readonly #blocks = new BlockStream();
  /** Nodes of the open block, replaced at the next step. */
  #open: ChildNode[] = [];

  constructor(target: HTMLElement) {
    this.#target = target;
    target.addEventListener('click', (event) => {
      const button = (event.target as Element).closest<HTMLButtonElement>('button.copy');
      if (button !== null) void copyCode(button);
    });
  }

  /** @param text the whole text so far */
  show(text: string): void {
    const { restart, complete, open, openIsClosed } = this.#blocks.next(text);
    if (restart) this.#target.replaceChildren();
    for (const node of this.#open) node.remove();
    if (complete !== '') this.#target.append(colour(this.#decorated(complete)));
    const nodes = this.#decorated(open);
    if (openIsClosed) colour(nodes);
    this.#open = [...nodes.childNodes];
    this.#target.append(nodes);
  }

  #decorated(html: string): DocumentFragment {
    const fragment = decorate(sanitise(html));
    for (const formula of fragment.querySelectorAll<HTMLElement>('.formula')) {
      void typeset(formula, this.#target);
    }
    return fragment;
  }
}

/** Each code block whose fence names a language gets its colours, once: nothing draws it again. */
function colour(fragment: DocumentFragment): DocumentFragment {
  for (const code of fragment.querySelectorAll<HTMLElement>('pre code[class^="language-"]')) {
    void highlight(code, code.className.slice('language-'.length));
  }
  return fragment;
}
