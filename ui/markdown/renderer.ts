/** Markdown into an element, step by step. Loaded when there is something to show: the entry does without. */
import { BlockStream } from './blocks.ts';
import { copyCode, decorate } from './decorate.ts';
import { sanitise } from './sanitise.ts';

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
    const { restart, complete, open } = this.#blocks.next(text);
    if (restart) this.#target.replaceChildren();
    for (const node of this.#open) node.remove();
    if (complete !== '') this.#target.append(decorate(sanitise(complete)));
    const nodes = decorate(sanitise(open));
    this.#open = [...nodes.childNodes];
    this.#target.append(nodes);
  }
}
