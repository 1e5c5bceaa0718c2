import { css, html, LitElement, nothing } from 'lit';
import { languageFor, languages } from '../locales/language.ts';
import type { Language } from '../locales/language.ts';
import { words } from '../locales/words.ts';
import type { Notifications, Theme } from '../state/remembered.ts';
import { remembered } from '../state/remembered.ts';
import { choiceStyles } from '../styles/choices.ts';
import { icons } from '../styles/icons.ts';
import { panelStyles } from '../styles/panel.ts';
import { base, controls } from '../styles/shared.ts';
import { giveFocusBack } from './give-focus-back.ts';
import './person-mark.ts';

/** Each in its own words, so that nobody has to know another one to find it. */
const languageNames: Readonly<Record<Language, string>> = { en: 'English', fr: 'Français', ar: 'العربية' };

const notifications: readonly Notifications[] = ['off', 'mentions', 'all'];
const themes: readonly Theme[] = ['system', 'light', 'dark'];

/** Whether the browser lets this page tell of anything; on plain http it never does. */
type Permission = NotificationPermission | 'impossible';

/**
 * One's own name, the theme, the language, notifications, and the way out.
 * @fires leave-chat, show-shortcuts, open-account, open-admin
 */
export class PersonMenu extends LitElement {
  static override properties = {
    name: { type: String },
    account: { type: Boolean },
    admin: { type: Boolean },
    permission: { state: true },
  };
  static override styles = [
    base,
    controls,
    panelStyles,
    choiceStyles,
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
        padding: var(--space-1) var(--space-3) var(--space-3);
      }
      fieldset {
        border: 0;
        margin: 0 0 var(--space-4);
        padding: 0 var(--space-3);
      }
      legend {
        padding: 0;
        margin-block-end: var(--space-1);
        font-size: var(--text-small);
        font-weight: 600;
        color: var(--ink-soft);
      }
      fieldset:disabled {
        color: var(--ink-soft);
      }
      .hint {
        margin-block-start: var(--space-1);
        font-size: var(--text-small);
        color: var(--ink-soft);
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
      .entry svg {
        flex: none;
      }
      /* Without a keyboard. */
      @media (hover: none) {
        .keys {
          display: none;
        }
      }
      .entry:hover {
        background: var(--accent-soft);
      }
      .leave svg:dir(rtl) {
        transform: scaleX(-1);
      }
    `,
  ];
  declare name: string;
  /** Whether the person has an account here, with a password. */
  declare account: boolean;
  /** Whether the person runs this chat. */
  declare admin: boolean;
  declare permission: Permission;

  constructor() {
    super();
    this.name = '';
    this.account = this.admin = false;
    this.permission = permissionNow();
  }

  override render(): unknown {
    const { menu } = words;
    return html`
      <button class="icon open" type="button" popovertarget="panel" aria-label=${menu.open(this.name)}>
        <person-mark .name=${this.name}></person-mark>
      </button>
      <div id="panel" popover class="panel" @beforetoggle=${giveFocusBack}>
        <p class="name"><bdi>${this.name}</bdi></p>
        <fieldset @change=${this.#choose}>
          <legend>${menu.theme}</legend>
          <div class="choices">${themes.map((theme) => this.#choice(theme))}</div>
        </fieldset>
        <fieldset @change=${this.#speak}>
          <legend>${menu.language}</legend>
          <div class="choices">${languages.map((language) => this.#language(language))}</div>
        </fieldset>
        ${this.#notifications()}
        ${
          this.account
            ? html`<button class="entry" type="button" @click=${() => this.#close('open-account')}>
                ${icons.key}${menu.account}
              </button>`
            : nothing
        }
        ${
          this.admin
            ? html`<button class="entry" type="button" @click=${() => this.#close('open-admin')}>
                ${icons.people}${menu.admin}
              </button>`
            : nothing
        }
        <button class="entry keys" type="button" @click=${this.#showShortcuts}>
          ${icons.keys}${words.shortcuts.title}
        </button>
        <button class="entry leave" type="button" @click=${() => this.#close('leave-chat')}>
          ${icons.leave}${menu.leave}
        </button>
      </div>
    `;
  }

  #notifications(): unknown {
    const { menu } = words;
    const wanted = this.permission === 'granted' ? remembered.notifications : 'off';
    const hint = this.permission === 'denied' ? menu.blocked : menu.impossible;
    return html`<fieldset @change=${this.#tell} ?disabled=${this.permission === 'impossible'}>
      <legend>${menu.notifications}</legend>
      <div class="choices">
        ${notifications.map(
          (choice) =>
            html`<label>
              <input type="radio" name="notifications" value=${choice} .checked=${choice === wanted} />${menu[choice]}
            </label>`,
        )}
      </div>
      ${this.permission === 'denied' || this.permission === 'impossible' ? html`<p class="hint">${hint}</p>` : nothing}
    </fieldset>`;
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

  /** The browser is asked only now, when somebody wants them. */
  readonly #tell = async (event: Event): Promise<void> => {
    const wanted = (event.target as HTMLInputElement).value as Notifications;
    if (wanted !== 'off' && this.permission === 'default') this.permission = await Notification.requestPermission();
    remembered.notifications = this.permission === 'granted' ? wanted : 'off';
    this.requestUpdate();
  };

  readonly #showShortcuts = (): void => this.#close('show-shortcuts');

  #close(event: 'show-shortcuts' | 'open-account' | 'open-admin' | 'leave-chat'): void {
    this.renderRoot.querySelector<HTMLElement>('#panel')?.hidePopover();
    this.dispatchEvent(new CustomEvent(event, { bubbles: true, composed: true }));
  }
}

function permissionNow(): Permission {
  return isSecureContext && 'Notification' in window ? Notification.permission : 'impossible';
}

customElements.define('person-menu', PersonMenu);
