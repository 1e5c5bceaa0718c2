import { css, html, LitElement, nothing } from 'lit';
import type { Author } from '../../runtime/protocol/entries.ts';
import '../components/person-mark.ts';
import { showDialog } from '../components/show-dialog.ts';
import { Attempts } from '../controllers/attempts.ts';
import { words } from '../locales/words.ts';
import type { PersonRequest } from '../state/actions.ts';
import type { ChatStore } from '../state/chat-store.ts';
import { dialogStyles } from '../styles/dialog.ts';
import { icons } from '../styles/icons.ts';
import { base, controls } from '../styles/shared.ts';

/**
 * Who somebody is, the way to write to them alone, and for moderators of the room on screen the ways to send them out. A
 * small modal dialog; a click beside it closes it, too.
 */
export class PersonCard extends LitElement {
  static override properties = { store: { attribute: false }, me: { attribute: false }, person: { state: true } };
  static override styles = [
    base,
    controls,
    dialogStyles,
    css`
      dialog {
        inline-size: min(20rem, 100vw - 2 * var(--space-4));
        text-align: center;
      }
      person-mark {
        inline-size: 4rem;
        block-size: 4rem;
        margin-block-end: var(--space-3);
        border: 0;
        background: var(--accent-soft);
        color: var(--accent-strong);
        font-size: 1.375rem;
      }
      h2 {
        line-height: 1.3;
        overflow-wrap: anywhere;
      }
      .icon {
        position: absolute;
        inset: var(--space-2) auto auto auto;
        inset-inline-end: var(--space-2);
      }
      .primary {
        inline-size: 100%;
        margin-block-start: var(--space-5);
      }
      .acts {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: var(--space-2);
        margin-block-start: var(--space-4);
      }
    `,
  ];
  declare store: ChatStore;
  declare me: Author;
  declare person: Author | undefined;
  readonly #attempts = new Attempts(this);

  async open({ person, closed }: PersonRequest): Promise<void> {
    this.#attempts.clear();
    this.person = person;
    await showDialog(this);
    this.#dialog?.addEventListener('close', () => closed?.(), { once: true });
  }

  override render(): unknown {
    const { person } = this;
    return html`<dialog tabindex="-1" closedby="any" aria-labelledby="name">
      ${person === undefined ? nothing : this.#card(person)}
    </dialog>`;
  }

  #card({ id, name, role }: Author): unknown {
    const { rooms, room } = this.store;
    const moderates = rooms.some((each) => each.name === room && each.moderator === 'yes');
    return html`<button class="icon" type="button" aria-label=${words.close} @click=${this.#close}>
        ${icons.close}
      </button>
      <person-mark .name=${name}></person-mark>
      <h2 id="name" dir="auto">${name}</h2>
      ${role === 'assistant' ? nothing : html`<p class="hint">${words.admin.roles[role]}</p>`}
      ${this.#attempts.render()}
      ${
        id === this.me.id
          ? nothing
          : html`<button class="primary" type="button" @click=${() => this.#write(id)}>
                ${icons.letter}${words.people.alone}
              </button>
              ${moderates ? this.#sendingOut(id, name) : nothing}`
      }`;
  }

  #sendingOut(id: string, name: string): unknown {
    const { settings } = words;
    const { rest, room } = this.store;
    return html`<div class="acts">
      ${this.#attempts.button(settings.kick, name, async (say) => {
        await rest.kick(room, id);
        say(settings.kicked(name));
      })}
      ${this.#attempts.button(settings.ban, name, async (say) => {
        await rest.ban(room, id);
        say(settings.isBanned(name));
      })}
    </div>`;
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog');
  }

  readonly #close = (): void => this.#dialog?.close();

  #write(id: string): void {
    this.#close();
    void this.store.openDirect(id);
  }
}

customElements.define('person-card', PersonCard);
