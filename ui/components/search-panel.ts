import type { PropertyValues } from 'lit';
import { html, LitElement, nothing } from 'lit';
import type { SearchResult } from '../../runtime/protocol/rest.ts';
import { formatMoment, words } from '../locales/words.ts';
import { refusalWords } from '../state/refusals.ts';
import { snippet } from '../state/snippet.ts';
import { icons } from '../styles/icons.ts';
import { base, controls } from '../styles/shared.ts';
import { searchStyles } from './search-panel.styles.ts';

type Hit = SearchResult['hits'][number]['entry'];

/** What came of a search so far; `problem` is in words for people. */
type Found =
  | { readonly state: 'nothing-asked' }
  | { readonly state: 'searching' | 'done'; readonly hits: readonly Hit[]; readonly next?: string }
  | { readonly state: 'failed'; readonly hits: readonly Hit[]; readonly problem: string; readonly next?: string };

/** Pauses in writing are questions, in milliseconds. */
const ASK_AFTER_MS = 350;

/**
 * Searching a room, newest first; a result leads to its message among those around it.
 * @fires jump-to with the offset of a message
 * @fires close-panel
 */
export class SearchPanel extends LitElement {
  static override properties = {
    room: { type: String },
    roomTitle: { type: String },
    assistant: { type: String },
    ask: { attribute: false },
    query: { state: true },
    found: { state: true },
    at: { state: true },
  };
  static override styles = [base, controls, searchStyles];
  declare room: string;
  declare roomTitle: string;
  /** The assistant's name. */
  declare assistant: string;
  /** Asks the server; rejects with an error whose message is for people. */
  declare ask: (query: string, before?: string) => Promise<SearchResult>;
  declare query: string;
  declare found: Found;
  /** Offset of the result that was gone to last. */
  declare at: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Answers of earlier questions mean nothing. */
  #asked = 0;

  constructor() {
    super();
    this.room = this.roomTitle = this.assistant = this.query = this.at = '';
    this.found = { state: 'nothing-asked' };
  }

  /** Somebody asked for the panel: it is there to be written in. */
  async focusField(): Promise<void> {
    await this.updateComplete;
    const field = this.renderRoot.querySelector('input');
    field?.focus();
    field?.select();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('room') && changed.get('room') !== undefined && this.query !== '') void this.#search();
  }

  override render(): unknown {
    const { search } = words;
    return html`<search aria-label=${search.label(this.roomTitle)} @keydown=${this.#keydown}>
      <form @submit=${this.#submit}>
        <span class="glass" aria-hidden="true">${icons.search}</span>
        <input
          type="search"
          aria-label=${search.label(this.roomTitle)}
          placeholder=${search.label(this.roomTitle)}
          autocomplete="off"
          enterkeyhint="search"
          maxlength="200"
          .value=${this.query}
          @input=${this.#input}
        />
        <button class="icon" type="button" aria-label=${words.close} title=${words.close} @click=${this.#close}>
          ${icons.close}
        </button>
      </form>
      <p class="count" role="status">${this.#count()}</p>
      <div class="results">${this.#results()}</div>
    </search>`;
  }

  #count(): string {
    const { found, roomTitle } = this;
    const { search } = words;
    if (found.state === 'nothing-asked' || found.state === 'failed') return '';
    const more = found.next !== undefined;
    if (found.hits.length > 0) return search.count(found.hits.length, roomTitle, more);
    if (found.state === 'searching') return search.searching;
    return more ? search.noneYet(roomTitle) : search.none(roomTitle);
  }

  #results(): unknown {
    const { found } = this;
    if (found.state === 'nothing-asked') return html`<p class="hint">${words.search.hint}</p>`;
    return html`
      <ol>
        ${found.hits.map((hit) => html`<li>${this.#hit(hit)}</li>`)}
      </ol>
      ${found.state === 'failed' ? html`<p class="problem" role="alert">${found.problem}</p>` : nothing} ${this.#more()}
      ${found.state === 'searching' ? html`<div class="bars" aria-hidden="true"><i></i><i></i><i></i></div>` : nothing}
    `;
  }

  /** One button for all that can follow, so that it keeps the focus while it works. */
  #more(): unknown {
    const { found } = this;
    if (found.state === 'nothing-asked') return nothing;
    const busy = found.state === 'searching' && found.hits.length > 0;
    if (found.next === undefined && found.state !== 'failed' && !busy) return nothing;
    const says = found.state === 'failed' ? words.retry : busy ? words.search.searching : words.search.older;
    return html`<button
      class="quiet more"
      type="button"
      aria-disabled=${busy ? 'true' : 'false'}
      @click=${() => void this.#goOn(found.next)}
    >
      ${says}
    </button>`;
  }

  async #goOn(before: string | undefined): Promise<void> {
    if (this.found.state === 'searching') return;
    await this.#search(before);
    await this.updateComplete;
    // The button went, and the focus with it.
    if (this.shadowRoot?.activeElement === null) this.renderRoot.querySelector('input')?.focus();
  }

  #hit(hit: Hit): unknown {
    if (hit.kind !== 'message' && hit.kind !== 'run-end') return nothing;
    const who = hit.kind === 'message' ? hit.author.name : this.assistant;
    return html`<button
      class="hit"
      type="button"
      aria-current=${hit.offset === this.at ? 'true' : 'false'}
      @click=${() => this.#go(hit.offset)}
    >
      <span class="who" dir="auto">${who}</span>
      <time datetime=${new Date(hit.time).toISOString()}>${formatMoment(hit.time)}</time>
      <span class="text" dir="auto"
        >${snippet(hit.text, this.query).map(({ text, isHit }) => (isHit ? html`<mark>${text}</mark>` : text))}</span
      >
    </button>`;
  }

  #go(offset: string): void {
    this.at = offset;
    this.dispatchEvent(new CustomEvent<string>('jump-to', { detail: offset, bubbles: true, composed: true }));
  }

  readonly #close = (): void =>
    void this.dispatchEvent(new CustomEvent('close-panel', { bubbles: true, composed: true }));

  readonly #keydown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.isComposing) return;
    event.preventDefault();
    this.#close();
  };

  readonly #input = (event: Event): void => {
    this.query = (event.target as HTMLInputElement).value;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#search(), ASK_AFTER_MS);
  };

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    void this.#search();
  };

  /** @param before where an earlier answer stopped: its results stay */
  async #search(before?: string): Promise<void> {
    clearTimeout(this.#timer);
    const asked = ++this.#asked;
    const query = this.query.trim();
    if (query === '') {
      this.found = { state: 'nothing-asked' };
      return;
    }
    const earlier = before !== undefined && this.found.state !== 'nothing-asked' ? this.found.hits : [];
    this.found = { state: 'searching', hits: earlier };
    try {
      const { hits, next } = await this.ask(query, before);
      if (asked !== this.#asked) return;
      const all = [...earlier, ...hits.map(({ entry }) => entry)];
      this.found = { state: 'done', hits: all, ...(next === undefined ? {} : { next }) };
    } catch (error) {
      if (asked !== this.#asked) return;
      this.found = {
        state: 'failed',
        hits: earlier,
        problem: refusalWords(error),
        ...(before === undefined ? {} : { next: before }),
      };
    }
  }
}

customElements.define('search-panel', SearchPanel);
