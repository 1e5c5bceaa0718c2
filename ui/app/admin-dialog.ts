import { css, html, LitElement, nothing } from 'lit';
import { showDialog } from '../components/show-dialog.ts';
import { words } from '../locales/words.ts';
import type { ChatStore } from '../state/chat-store.ts';
import { choiceStyles } from '../styles/choices.ts';
import { dialogStyles } from '../styles/dialog.ts';
import { base, controls } from '../styles/shared.ts';
import './admin-people.ts';
import './admin-rooms.ts';
import './admin-status.ts';

const pages = ['people', 'rooms', 'status'] as const;

/** What administrators look after: people with an account, rooms, and how the chat is. A modal dialog. */
export class AdminDialog extends LitElement {
  static override properties = { store: { attribute: false }, shown: { state: true } };
  static override styles = [
    base,
    controls,
    dialogStyles,
    choiceStyles,
    css`
      dialog {
        inline-size: min(46rem, 100vw - 2 * var(--space-4));
      }
      fieldset {
        margin: var(--space-4) 0 0;
        padding: 0;
        border: 0;
      }
    `,
  ];
  declare store: ChatStore;
  /** `undefined` while the dialog is closed: each page asks anew when it is opened. */
  declare shown: (typeof pages)[number] | undefined;

  async open(): Promise<void> {
    this.shown = 'people';
    await showDialog(this);
  }

  override render(): unknown {
    const { admin } = words;
    return html`<dialog tabindex="-1" aria-labelledby="title" @close=${() => (this.shown = undefined)}>
      <h2 id="title">${admin.title}</h2>
      <fieldset aria-label=${admin.title}>
        <div class="choices">
          ${pages.map(
            (page) =>
              html`<label>
                <input
                  type="radio"
                  name="page"
                  .checked=${page === this.shown}
                  @change=${() => (this.shown = page)}
                />${admin.pages[page]}
              </label>`,
          )}
        </div>
      </fieldset>
      ${this.#page()}
      <form method="dialog" class="end"><button class="primary">${words.close}</button></form>
    </dialog>`;
  }

  #page(): unknown {
    switch (this.shown) {
      case undefined:
        return nothing;
      case 'people':
        return html`<admin-people .store=${this.store}></admin-people>`;
      case 'rooms':
        return html`<admin-rooms .store=${this.store}></admin-rooms>`;
      case 'status':
        return html`<admin-status .store=${this.store}></admin-status>`;
    }
  }
}

customElements.define('admin-dialog', AdminDialog);
