import { css, html, LitElement, nothing } from 'lit';
import type { Author } from '../../runtime/protocol/entries.ts';
import { showDialog } from '../components/show-dialog.ts';
import { Attempts } from '../controllers/attempts.ts';
import { words } from '../locales/words.ts';
import type { ChatStore } from '../state/chat-store.ts';
import { dialogStyles } from '../styles/dialog.ts';
import { base, controls } from '../styles/shared.ts';

/** Makes a room: its name, who sees it, whom to invite. A modal dialog. */
export class NewRoomDialog extends LitElement {
  static override properties = {
    store: { attribute: false },
    me: { attribute: false },
    kind: { state: true },
    people: { state: true },
  };
  static override styles = [
    base,
    controls,
    dialogStyles,
    css`
      fieldset {
        display: grid;
        gap: var(--space-1);
        inline-size: 100%;
        margin: var(--space-2) 0 0;
        padding: 0;
        border: 0;
      }
      legend {
        padding: 0;
        font-size: var(--text-small);
        font-weight: 600;
      }
      /* At its top it stays where it is when more is asked. */
      dialog {
        max-block-size: calc(88dvh - var(--space-5));
        margin-block-start: 12dvh;
      }
      .fields label.choice {
        margin: 0;
      }
      .choice {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        min-block-size: 2.5rem;
        padding-block: var(--space-1);
        font-size: 1rem;
        font-weight: 400;
        line-height: 1.35;
        overflow-wrap: anywhere;
      }
      .choice input {
        flex: none;
        inline-size: 1.125rem;
        block-size: 1.125rem;
        min-block-size: 0;
        margin: 0;
        accent-color: var(--accent);
      }
      .fields {
        padding-block-end: 0;
        border: 0;
      }
      .acts {
        display: flex;
        gap: var(--space-2);
        justify-self: end;
        margin-block-start: var(--space-3);
      }
      .acts button {
        padding-inline: var(--space-4);
      }
      @media (max-width: 30rem) {
        .acts button {
          padding-inline: var(--space-3);
        }
      }
    `,
  ];
  declare store: ChatStore;
  declare me: Author;
  declare kind: 'public' | 'private';
  /** Whom to invite: those who are here now. */
  declare people: readonly Author[];
  readonly #attempts = new Attempts(this);

  constructor() {
    super();
    this.kind = 'public';
    this.people = [];
  }

  async open(): Promise<void> {
    this.#attempts.clear();
    this.kind = 'public';
    await showDialog(this);
    this.renderRoot.querySelector<HTMLFormElement>('.fields')?.reset();
    try {
      const { people } = await this.store.rest.people();
      this.people = people.filter(({ id }) => id !== this.me.id);
    } catch {
      this.people = [];
    }
  }

  override render(): unknown {
    const { newRoom } = words;
    return html`<dialog aria-labelledby="title">
      <h2 id="title">${newRoom.title}</h2>
      ${this.#attempts.render()}
      <form class="fields" @submit=${this.#make}>
        <label for="name">${newRoom.name}</label>
        <input id="name" type="text" required autocomplete="off" />
        <fieldset>
          <legend>${newRoom.kind}</legend>
          ${(['public', 'private'] as const).map(
            (kind) =>
              html`<label class="choice">
                <input
                  type="radio"
                  name="kind"
                  ?checked=${kind === 'public'}
                  @change=${() => (this.kind = kind)}
                />${newRoom[kind]}
              </label>`,
          )}
        </fieldset>
        ${this.kind === 'private' ? this.#invite() : nothing}
        <div class="acts">
          <button class="quiet" type="button" @click=${this.#close}>${words.cancel}</button>
          <button class="primary" type="submit">${newRoom.make}</button>
        </div>
      </form>
    </dialog>`;
  }

  #invite(): unknown {
    const { newRoom } = words;
    return html`<fieldset>
      <legend>${newRoom.invite}</legend>
      ${this.people.length === 0 ? html`<p class="hint">${newRoom.nobody}</p>` : nothing}
      ${this.people.map(
        ({ id, name }) => html`<label class="choice"><input type="checkbox" value=${id} /><bdi>${name}</bdi></label>`,
      )}
    </fieldset>`;
  }

  readonly #close = (): void => this.renderRoot.querySelector('dialog')?.close();

  readonly #make = (event: SubmitEvent): void => {
    const title = this.renderRoot.querySelector<HTMLInputElement>('#name')?.value.trim() ?? '';
    const invited = [...this.renderRoot.querySelectorAll<HTMLInputElement>('[type="checkbox"]:checked')];
    const members = this.kind === 'private' ? { members: invited.map(({ value }) => value) } : {};
    void this.#attempts.send(event, async () => {
      await this.store.makeRoom({ title, kind: this.kind, ...members });
      this.#close();
    });
  };
}

customElements.define('new-room', NewRoomDialog);
