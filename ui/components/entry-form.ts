import { html, LitElement, nothing } from 'lit';
import { words } from '../locales/words.ts';
import { basePath } from '../state/base-path.ts';
import { base, controls } from '../styles/shared.ts';
import { entryStyles } from './entry-form.styles.ts';

/**
 * Where a guest says a name.
 * @fires enter-chat with the name as its detail
 */
export class EntryForm extends LitElement {
  static override properties = {
    heading: { type: String },
    assistant: { type: String },
    name: { type: String },
    problem: { type: String },
    busy: { type: Boolean },
  };
  static override styles = [base, controls, entryStyles];
  declare heading: string;
  /** Name of the assistant; empty when it never answers here. */
  declare assistant: string;
  /** What the field begins with. */
  declare name: string;
  /** Why the last name was not taken; empty at first. */
  declare problem: string;
  declare busy: boolean;

  constructor() {
    super();
    this.heading = this.assistant = this.name = this.problem = '';
    this.busy = false;
  }

  override render(): unknown {
    const { entry } = words;
    const wrong = this.problem !== '';
    return html`
      <main>
        <form @submit=${this.#submit} novalidate>
          <img src=${`${basePath()}/icon.svg`} alt="" width="44" height="44" />
          <h1>${entry.heading(this.heading)}</h1>
          <p class="lead">${this.assistant === '' ? entry.leadWithout : entry.lead(this.assistant)}</p>
          <label for="name">${entry.name}</label>
          <input
            id="name"
            type="text"
            name="nickname"
            autocomplete="nickname"
            autocapitalize="words"
            spellcheck="false"
            maxlength="40"
            enterkeyhint="go"
            .defaultValue=${this.name}
            aria-invalid=${wrong ? 'true' : 'false'}
            aria-describedby=${wrong ? 'problem' : 'hint'}
          />
          <p id="problem" class="problem" role="alert">${wrong ? this.problem : nothing}</p>
          ${wrong ? nothing : html`<p id="hint" class="hint">${entry.hint}</p>`}
          <button class="primary" type="submit" ?disabled=${this.busy}>
            ${this.busy ? entry.joining : entry.join}
          </button>
        </form>
      </main>
    `;
  }

  /** A name is all that there is to do here; on touch screens the keyboard would hide the words. */
  protected override firstUpdated(): void {
    if (matchMedia('(hover: hover)').matches) this.renderRoot.querySelector<HTMLInputElement>('#name')?.focus();
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (this.busy) return;
    const name = this.renderRoot.querySelector<HTMLInputElement>('#name')?.value ?? '';
    this.dispatchEvent(new CustomEvent<string>('enter-chat', { detail: name, bubbles: true, composed: true }));
  };
}

customElements.define('entry-form', EntryForm);
