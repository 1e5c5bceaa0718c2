import { css, html, LitElement, nothing } from 'lit';
import { words } from '../locales/words.ts';
import { dialogBox } from '../styles/dialog-box.ts';
import { base, controls } from '../styles/shared.ts';

export interface Question {
  readonly heading: string;
  readonly lead: string;
  /** What the button that does it says. */
  readonly yes: string;
}

/** Asks before something that cannot be undone. A modal dialog: the browser keeps the focus in it and gives it back. */
export class ConfirmDialog extends LitElement {
  static override properties = { question: { state: true } };
  static override styles = [
    base,
    controls,
    dialogBox,
    css`
      dialog {
        inline-size: min(24rem, 100vw - 2 * var(--space-4));
      }
      h2 {
        margin-block-end: var(--space-2);
      }
      p {
        color: var(--ink-soft);
      }
      form {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: var(--space-2);
        margin-block-start: var(--space-5);
      }
      form > .quiet,
      form > .primary {
        padding-inline: var(--space-4);
      }
      .primary,
      .primary:hover {
        background: var(--danger);
        color: var(--surface);
      }
    `,
  ];
  declare question: Question | undefined;

  /** Opens, and waits for the answer; Escape is a no. */
  async ask(question: Question): Promise<boolean> {
    this.question = question;
    await this.updateComplete;
    const dialog = this.renderRoot.querySelector('dialog');
    if (dialog === null || dialog.open) return false;
    dialog.returnValue = '';
    dialog.showModal();
    await new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }));
    return dialog.returnValue === 'yes';
  }

  override render(): unknown {
    const { question } = this;
    return html`<dialog role="alertdialog" aria-labelledby="heading" aria-describedby="lead">
      ${
        question === undefined
          ? nothing
          : html`<h2 id="heading">${question.heading}</h2>
              <p id="lead">${question.lead}</p>
              <form method="dialog">
                <button class="quiet" value="no" autofocus>${words.cancel}</button>
                <button class="primary" value="yes">${question.yes}</button>
              </form>`
      }
    </dialog>`;
  }
}

customElements.define('confirm-dialog', ConfirmDialog);
