import type { PropertyValues } from 'lit';
import { html, LitElement } from 'lit';
import type { MarkdownRenderer } from '../markdown/renderer.ts';
import { base } from '../styles/shared.ts';
import { markdownStyles } from './markdown-text.styles.ts';

let loading: Promise<typeof MarkdownRenderer> | undefined;

/** The renderer's code, once for the page; a failed try does not stand in the way of the next. */
function loadRenderer(): Promise<typeof MarkdownRenderer> {
  loading ??= import('../markdown/renderer.ts').then(
    (module) => module.MarkdownRenderer,
    (error: unknown) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

/**
 * A text with Markdown in it, which may grow. Until the renderer is there, and should it not come, the text stands there
 * as it was written.
 * @fires part-missing when the renderer could not be loaded
 */
export class MarkdownText extends LitElement {
  static override properties = { text: { type: String } };
  static override styles = [base, markdownStyles];
  declare text: string;
  #renderer: MarkdownRenderer | undefined;

  constructor() {
    super();
    this.text = '';
  }

  override render(): unknown {
    // Lit owns the element, the renderer what is in it.
    return html`<div class="text"></div>`;
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has('text')) return;
    const target = this.renderRoot.querySelector<HTMLElement>('.text');
    if (target === null) return;
    if (this.#renderer !== undefined) {
      this.#renderer.show(this.text);
      return;
    }
    target.classList.add('plain');
    target.textContent = this.text;
    void this.#useRenderer(target);
  }

  async #useRenderer(target: HTMLElement): Promise<void> {
    try {
      const Renderer = await loadRenderer();
      if (this.#renderer !== undefined) return;
      target.classList.remove('plain');
      target.textContent = '';
      this.#renderer = new Renderer(target);
      this.#renderer.show(this.text);
    } catch {
      this.dispatchEvent(new CustomEvent('part-missing', { bubbles: true, composed: true }));
    }
  }
}

customElements.define('markdown-text', MarkdownText);
