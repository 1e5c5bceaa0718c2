import type { PropertyValues } from 'lit';
import { html, LitElement, nothing } from 'lit';
import type { Way } from '../../runtime/protocol/accounts.ts';
import { words } from '../locales/words.ts';
import { basePath } from '../state/base-path.ts';
import type { Entering } from '../state/chat-store.ts';
import { base, controls } from '../styles/shared.ts';
import { entryStyles } from './entry-form.styles.ts';

type Written = Entering['way'];

/**
 * Where somebody says who they are: by a name, or a name and a password, in whichever ways this chat knows.
 * @fires enter-chat with what was written as its detail
 */
export class EntryForm extends LitElement {
  static override properties = {
    heading: { type: String },
    assistant: { type: String },
    name: { type: String },
    problem: { type: String },
    busy: { type: Boolean },
    ways: { attribute: false },
    providerUrl: { type: String },
    way: { state: true },
  };
  static override styles = [base, controls, entryStyles];
  declare heading: string;
  /** Name of the assistant; empty when it never answers here. */
  declare assistant: string;
  /** What the field begins with. */
  declare name: string;
  /** Why nobody entered; empty at first. */
  declare problem: string;
  declare busy: boolean;
  /** How people enter here. */
  declare ways: readonly Way[];
  declare providerUrl: string;
  /** The way that the form is for now. */
  declare way: Written | undefined;

  constructor() {
    super();
    this.heading = this.assistant = this.name = this.problem = this.providerUrl = '';
    this.busy = false;
    this.ways = [];
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('ways')) this.way = this.ways.find((way) => way !== 'provider');
  }

  override render(): unknown {
    const { entry } = words;
    return html`
      <main>
        <form @submit=${this.#submit} novalidate>
          <img src=${`${basePath()}/icon.svg`} alt="" width="44" height="44" />
          <h1>${entry.heading(this.heading)}</h1>
          ${this.ways.length === 0 ? this.#unnamed() : this.#entering()}
        </form>
      </main>
    `;
  }

  /** Who is told by the chat's proxy who people are can only be told again, by a request for the page itself. */
  #unnamed(): unknown {
    const { lead, advice, again } = words.entry.unnamed;
    return html`<p role="alert"><strong>${lead}</strong></p>
      <p class="lead">${advice}</p>
      <button class="primary" type="button" @click=${() => location.reload()}>${again}</button>`;
  }

  #entering(): unknown {
    const { entry } = words;
    return html`<p class="lead">${this.assistant === '' ? entry.leadWithout : entry.lead(this.assistant)}</p>
      ${this.#fields()}
      <p id="problem" class="problem" role="alert">${this.problem === '' ? nothing : this.problem}</p>
      ${this.problem === '' ? html`<p id="hint" class="hint">${this.#hint()}</p>` : nothing} ${this.#button()}
      ${this.#others()}`;
  }

  /** A name is all that there is to do here; on touch screens the keyboard would hide the words. */
  protected override firstUpdated(): void {
    if (matchMedia('(hover: hover)').matches) this.#field('name')?.focus();
  }

  #fields(): unknown {
    const { entry } = words;
    const { way } = this;
    if (way === undefined) return nothing;
    const wrong = this.problem !== '';
    const account = way !== 'name';
    return html`<label for="name">${entry.name}</label>
      <input
        id="name"
        type="text"
        name=${account ? 'username' : 'nickname'}
        autocomplete=${account ? 'username' : 'nickname'}
        autocapitalize="words"
        spellcheck="false"
        enterkeyhint=${account ? 'next' : 'go'}
        .defaultValue=${this.name}
        aria-invalid=${wrong ? 'true' : 'false'}
        aria-describedby=${wrong ? 'problem' : 'hint'}
      />
      ${
        account
          ? html`<label for="password">${entry.password}</label>
              <input
                id="password"
                type="password"
                name="password"
                autocomplete=${way === 'signup' ? 'new-password' : 'current-password'}
                maxlength="128"
                enterkeyhint="go"
                aria-invalid=${wrong ? 'true' : 'false'}
                aria-describedby=${wrong ? 'problem' : 'hint'}
              />`
          : nothing
      }`;
  }

  #hint(): string {
    const { entry } = words;
    switch (this.way) {
      case 'name':
        return entry.hint;
      case 'signup':
        return entry.passwordHint;
      case 'password':
      case undefined:
        return '';
    }
  }

  #button(): unknown {
    const { way } = this;
    if (way === undefined) return nothing;
    const { entry } = words;
    const says = { name: entry.join, password: entry.login, signup: entry.signup };
    return html`<button class="primary" type="submit" ?disabled=${this.busy}>
      ${this.busy ? entry.joining : says[way]}
    </button>`;
  }

  /** The other ways, quietly below; a provider is a way of its own, and the first where it is the only one. */
  #others(): unknown {
    const { entry } = words;
    const others = this.ways.filter((way) => way !== this.way && way !== 'provider') as Written[];
    const says = { name: entry.asGuest, password: entry.toLogin, signup: entry.toSignup };
    return html`
      ${
        this.ways.includes('provider')
          ? html`<a class=${this.way === undefined ? 'primary' : 'quiet'} href=${this.providerUrl}
              >${entry.provider}</a
            >`
          : nothing
      }
      ${others.map(
        (way) => html`<button class="link" type="button" @click=${() => void this.#use(way)}>${says[way]}</button>`,
      )}
    `;
  }

  /** What was written stays; whoever chose another way writes there. */
  async #use(way: Written): Promise<void> {
    this.way = way;
    this.problem = '';
    await this.updateComplete;
    const isNamed = this.#field('name')?.value.trim() !== '';
    this.#field(isNamed && way !== 'name' ? 'password' : 'name')?.focus();
  }

  #field(id: 'name' | 'password'): HTMLInputElement | null {
    return this.renderRoot.querySelector<HTMLInputElement>(`#${id}`);
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const { way } = this;
    if (this.busy || way === undefined) return;
    const detail = { way, name: this.#field('name')?.value ?? '', password: this.#field('password')?.value ?? '' };
    this.dispatchEvent(new CustomEvent<Entering>('enter-chat', { detail, bubbles: true, composed: true }));
  };
}

customElements.define('entry-form', EntryForm);
