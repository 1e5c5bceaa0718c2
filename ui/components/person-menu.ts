import { css, html, LitElement } from 'lit';
import { languageFor, languages } from '../locales/language.ts';
import type { Language } from '../locales/language.ts';
import { words } from '../locales/words.ts';
import type { Theme } from '../state/remembered.ts';
import { remembered } from '../state/remembered.ts';
import { icons } from '../styles/icons.ts';
import { panelStyles } from '../styles/panel.ts';
import { base, controls } from '../styles/shared.ts';
import './person-mark.ts';

/** Each in its own words, so that nobody has to know another one to find it. */
const languageNames: Readonly<Record<Language, string>> = { en: 'English', fr: 'Français', ar: 'العربية' };

const themes: readonly Theme[] = ['system', 'light', 'dark'];

/**
 * One's own name, the theme, the language, and the way out.
 * @fires leave-chat, show-shortcuts
 */
export class PersonMenu extends LitElement {
  static override properties = { name: { type: String } };
  static override styles = [
    base,
    controls,
    panelStyles,
    css`
      .open {
        border-radius: 50%;
      }
      person-mark {
        background: var(--accent-soft);
        color: var(--accent-strong);
      }
      .name {
        font-weight: 650;
        overflow-wrap: anywhere;
        padding-inline: var(--space-3);
      }
      fieldset {
        border: 0;
        margin: 0;
        padding: var(--space-3);
      }
      legend {
        padding: 0;
        margin-block-end: var(--space-2);
        font-size: var(--text-small);
        font-weight: 600;
        color: var(--ink-soft);
      }
      .choices {
        display: grid;
        grid-template-columns: repeat(3, 1fr);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius-small);
        overflow: hidden;
      }
      .choices label {
        position: relative;
        display: grid;
        place-items: center;
        min-block-size: 2.25rem;
        font-size: var(--text-small);
        cursor: pointer;
      }
      input {
        position: absolute;
        inset: 0;
        opacity: 0;
        margin: 0;
        cursor: pointer;
      }
      label:has(:checked) {
        background: var(--accent-soft);
        color: var(--accent-strong);
        font-weight: 650;
      }
      label:has(:focus-visible) {
        outline: 2px solid var(--accent);
        outline-offset: -2px;
      }
      .entry {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        inline-size: 100%;
        min-block-size: 2.75rem;
        padding-inline: var(--space-3);
        border-radius: var(--radius-small);
        text-align: start;
      }
      .entry:hover {
        background: var(--accent-soft);
      }
    `,
  ];
  declare name: string;

  constructor() {
    super();
    this.name = '';
  }

  override render(): unknown {
    const { menu } = words;
    return html`
      <button class="icon open" type="button" popovertarget="panel" aria-label=${menu.open(this.name)}>
        <person-mark .name=${this.name}></person-mark>
      </button>
      <div id="panel" popover class="panel">
        <p class="name">${this.name}</p>
        <fieldset @change=${this.#choose}>
          <legend>${menu.theme}</legend>
          <div class="choices">${themes.map((theme) => this.#choice(theme))}</div>
        </fieldset>
        <fieldset @change=${this.#speak}>
          <legend>${menu.language}</legend>
          <div class="choices">${languages.map((language) => this.#language(language))}</div>
        </fieldset>
        <button class="entry" type="button" @click=${this.#showShortcuts}>${icons.keys}${words.shortcuts.title}</button>
        <button class="entry" type="button" @click=${this.#leave}>${icons.leave}${menu.leave}</button>
      </div>
    `;
  }

  #choice(theme: Theme): unknown {
    return html`<label>
      <input type="radio" name="theme" value=${theme} ?checked=${remembered.theme === theme} />${words.menu[theme]}
    </label>`;
  }

  #language(language: Language): unknown {
    const current = languageFor(remembered.language, navigator.languages);
    return html`<label lang=${language}>
      <input
        type="radio"
        name="language"
        value=${language}
        ?checked=${language === current}
      />${languageNames[language]}
    </label>`;
  }

  /** A page speaks one language: a new one begins. Drafts and unsent messages outlive that. */
  readonly #speak = (event: Event): void => {
    remembered.language = (event.target as HTMLInputElement).value;
    location.reload();
  };

  readonly #choose = (event: Event): void => {
    remembered.theme = (event.target as HTMLInputElement).value as Theme;
  };

  readonly #showShortcuts = (): void => {
    this.renderRoot.querySelector<HTMLElement>('#panel')?.hidePopover();
    this.dispatchEvent(new CustomEvent('show-shortcuts', { bubbles: true, composed: true }));
  };

  readonly #leave = (): void =>
    void this.dispatchEvent(new CustomEvent('leave-chat', { bubbles: true, composed: true }));
}

customElements.define('person-menu', PersonMenu);
