import { css, html, LitElement } from 'lit';
import { words } from '../locales/words.ts';
import type { Notice } from '../state/chat-store.ts';
import { base, controls } from '../styles/shared.ts';

/**
 * One line above the transcript: what went wrong, or that a reload brings the new release.
 * @fires dismiss-notice
 */
export class NoticeBar extends LitElement {
  static override properties = { notice: { attribute: false } };
  static override styles = [
    base,
    controls,
    css`
      .notice {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: center;
        gap: var(--space-1) var(--space-3);
        padding: var(--space-2) var(--space-4);
        font-size: var(--text-small);
        background: var(--accent-soft);
      }
      .problem {
        background: var(--danger-soft);
        color: var(--danger);
      }
    `,
  ];
  declare notice: Notice | undefined;

  override render(): unknown {
    const { notice } = this;
    if (notice === undefined) return html`<div role="alert"></div>`;
    if (notice.kind === 'update') {
      return html`<div class="notice" role="status">
        ${notice.text} <button class="small" type="button" @click=${() => location.reload()}>${words.reload}</button>
      </div>`;
    }
    return html`<div class="notice problem" role="alert">
      ${notice.text} <button class="small" type="button" @click=${this.#dismiss}>${words.dismiss}</button>
    </div>`;
  }

  readonly #dismiss = (): void =>
    void this.dispatchEvent(new CustomEvent('dismiss-notice', { bubbles: true, composed: true }));
}

customElements.define('notice-bar', NoticeBar);
