import { css, html, LitElement } from 'lit';
import { CountdownController } from '../controllers/countdown.ts';
import { words } from '../locales/words.ts';
import { icons } from '../styles/icons.ts';
import { base, controls } from '../styles/shared.ts';

/**
 * In place of the chat while no backend answers; it looks again by itself.
 * @fires try-now
 */
export class ErrorPage extends LitElement {
  static override properties = { againAt: { type: Number } };
  static override styles = [
    base,
    controls,
    css`
      main {
        display: grid;
        place-content: center;
        justify-items: center;
        gap: var(--space-3);
        min-block-size: 100dvh;
        padding: var(--space-5);
        text-align: center;
      }
      .mark {
        display: grid;
        place-items: center;
        inline-size: 4rem;
        block-size: 4rem;
        border-radius: 50%;
        background: var(--accent-soft);
        color: var(--accent);
      }
      .mark svg {
        inline-size: 2rem;
        block-size: 2rem;
      }
      h1 {
        font-size: var(--text-title);
        line-height: 1.2;
        letter-spacing: -0.02em;
        text-wrap: balance;
      }
      h1:dir(rtl) {
        letter-spacing: normal;
      }
      p {
        max-inline-size: 26rem;
        color: var(--ink-soft);
        text-wrap: balance;
      }
      .again {
        font-size: var(--text-small);
        font-variant-numeric: tabular-nums;
      }
      button {
        margin-block-start: var(--space-3);
      }
    `,
  ];
  /** Time of the next look, in milliseconds since 1970; `undefined` while one is under way. */
  declare againAt: number | undefined;
  readonly #countdown = new CountdownController(this);

  override render(): unknown {
    const { unavailable } = words;
    const seconds = this.#countdown.secondsUntil(this.againAt);
    return html`
      <main>
        <div class="mark">${icons.cloudOff}</div>
        <h1>${unavailable.heading}</h1>
        <p role="alert">${unavailable.lead}</p>
        <button class="primary" type="button" @click=${this.#tryNow}>${unavailable.now}</button>
        <p class="again">${this.againAt === undefined ? unavailable.trying : unavailable.again(seconds)}</p>
      </main>
    `;
  }

  readonly #tryNow = (): void => void this.dispatchEvent(new CustomEvent('try-now', { bubbles: true, composed: true }));
}

customElements.define('error-page', ErrorPage);
