import { css, html, LitElement } from 'lit';
import { words } from '../locales/words.ts';
import { dialogBox } from '../styles/dialog-box.ts';
import { base, controls } from '../styles/shared.ts';
import { showDialog } from './show-dialog.ts';

type Row = readonly [keys: readonly string[], what: string];

/** Every key that does something here. A modal dialog: the browser keeps the focus in it and gives it back. */
export class ShortcutSheet extends LitElement {
  static override styles = [
    base,
    controls,
    dialogBox,
    css`
      dialog {
        inline-size: min(28rem, 100vw - 2 * var(--space-4));
        max-block-size: calc(100dvh - 2 * var(--space-5));
      }
      h2 {
        margin-block-end: var(--space-4);
      }
      h3 {
        margin: 0 0 var(--space-3);
        font-size: var(--text-small);
        color: var(--ink-soft);
      }
      dl {
        display: grid;
        grid-template-columns: minmax(7.5rem, auto) 1fr;
        gap: var(--space-3) var(--space-4);
        align-items: baseline;
        margin: 0 0 var(--space-5);
      }
      dt {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1);
      }
      /* A key that is held stands before the other as it is written: from left to right. */
      .together:dir(rtl) {
        flex-direction: row-reverse;
        justify-content: flex-end;
      }
      form {
        display: flex;
        justify-content: flex-end;
      }
      dd {
        margin: 0;
        color: var(--ink-soft);
      }
      kbd {
        font-family: var(--mono);
        font-size: var(--text-small);
        padding: 0.15em 0.5em;
        border: 1px solid var(--line-strong);
        border-radius: 0.35em;
        background: var(--sunken);
        color: var(--ink);
      }
      @media (max-width: 30rem) {
        dl {
          grid-template-columns: 1fr;
          gap: var(--space-1);
        }
        dd {
          margin-block-end: var(--space-3);
        }
      }
    `,
  ];

  open(): Promise<void> {
    return showDialog(this);
  }

  override render(): unknown {
    const { shortcuts } = words;
    const { keys } = shortcuts;
    const rows: readonly Row[] = [
      [[keys.enter], shortcuts.send],
      [[keys.shift, keys.enter], shortcuts.line],
      [['@'], shortcuts.mention],
      [['↑'], shortcuts.editLast],
      [[keys.ctrl, keys.enter], shortcuts.askAgain],
      [[keys.escape], shortcuts.cancel],
      [[keys.escape], shortcuts.stop],
      [['↑', '↓'], shortcuts.messages],
      [[keys.home, keys.end], shortcuts.ends],
      [['/'], shortcuts.search],
      [['?'], shortcuts.sheet],
    ];
    const onMessage: readonly Row[] = [
      [[keys.enter], shortcuts.menu],
      [['R'], shortcuts.reply],
      [['+'], shortcuts.react],
      [['C'], shortcuts.copy],
      [['E'], shortcuts.edit],
      [[keys.delete], shortcuts.delete],
    ];
    return html`<dialog aria-labelledby="title" tabindex="-1">
      <h2 id="title">${shortcuts.title}</h2>
      ${list(rows)}
      <h3>${shortcuts.onMessage}</h3>
      ${list(onMessage)}
      <form method="dialog"><button class="primary">${words.close}</button></form>
    </dialog>`;
  }
}

function list(rows: readonly Row[]): unknown {
  return html`<dl>
    ${rows.map(
      ([keys, what]) =>
        html`<dt class=${keys.some(isHeld) ? 'together' : ''}>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt>
          <dd>${what}</dd>`,
    )}
  </dl>`;
}

/** Whether a key is held while the other one is pressed; other keys of a row do something each. */
function isHeld(key: string): boolean {
  const { shift, ctrl } = words.shortcuts.keys;
  return key === shift || key === ctrl;
}

customElements.define('shortcut-sheet', ShortcutSheet);
