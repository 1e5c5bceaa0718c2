import { css, html, LitElement, nothing } from 'lit';
import type { LinkState } from '../../runtime/protocol/link.ts';
import { CountdownController } from '../controllers/countdown.ts';
import { words } from '../locales/words.ts';
import { icons } from '../styles/icons.ts';
import { base, controls } from '../styles/shared.ts';

/**
 * Whether the chat is live, in words and colour; which server holds the connection is in `data-server` and the title.
 * @fires connect-now
 */
export class ConnectionStatus extends LitElement {
  static override properties = { link: { attribute: false }, online: { type: Boolean } };
  static override styles = [
    base,
    controls,
    css`
      :host {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
        min-inline-size: 0;
        font-size: var(--text-small);
        color: var(--ink-soft);
        white-space: nowrap;
      }
      .small {
        position: relative;
        flex: none;
        min-block-size: 1.5rem;
        border-radius: 0.75rem;
        z-index: 2;
      }
      /* The bar has no room for one that is as high as a finger needs; what is around it belongs to it. */
      .small::after {
        content: '';
        position: absolute;
        inset: -0.5rem 0;
      }
      .state {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
        min-inline-size: 0;
        font-variant-numeric: tabular-nums;
      }
      .words {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .small svg {
        display: none;
        inline-size: 0.875rem;
        block-size: 0.875rem;
      }
      /* On the narrowest pages there is room for the words of the state or of the button, not of both. */
      @media (max-width: 30rem) {
        :host {
          gap: var(--space-1);
        }
        .small {
          justify-content: center;
          inline-size: 1.75rem;
          padding: 0;
        }
        .small svg {
          display: block;
        }
        .small span {
          position: absolute;
          clip-path: inset(50%);
        }
        [data-phase='waiting'] {
          gap: var(--space-1);
          font-size: 0.75rem;
        }
      }
      .light {
        flex: none;
        inline-size: 0.5rem;
        block-size: 0.5rem;
        border-radius: 50%;
        background: var(--warn);
      }
      [data-phase='connected'] .light {
        background: var(--accent);
      }
      [data-phase='offline'] .light,
      [data-phase='ended'] .light {
        background: var(--danger);
      }
      [data-phase='connecting'] .light,
      [data-phase='waiting'] .light {
        animation: breath 900ms ease-in-out infinite alternate;
      }
      @keyframes breath {
        from {
          opacity: 0.35;
        }
      }
    `,
  ];
  declare link: LinkState;
  /** Whether the browser believes to have a network. */
  declare online: boolean;
  readonly #countdown = new CountdownController(this);

  constructor() {
    super();
    this.link = { phase: 'idle' };
    this.online = true;
  }

  override render(): unknown {
    const { link } = this;
    const offline = !this.online && link.phase !== 'connected';
    const server = link.phase === 'connected' ? link.server : '';
    const seconds = this.#countdown.secondsUntil(link.phase === 'waiting' ? link.retryAt : undefined);
    return html`
      <span
        class="state"
        data-phase=${offline ? 'offline' : link.phase}
        data-server=${server}
        title=${server === '' ? nothing : words.connection.server(server)}
        ><span class="light"></span
        ><span class="words">${offline ? words.connection.offline : this.#words(seconds)}</span></span
      >
      ${
        link.phase === 'waiting' && seconds > 2
          ? html`<button class="small" type="button" @click=${this.#now} title=${words.connection.tryNow}>
              ${icons.retry}<span>${words.connection.tryNow}</span>
            </button>`
          : nothing
      }
    `;
  }

  #words(seconds: number): string {
    switch (this.link.phase) {
      case 'connected':
        return words.connection.connected;
      case 'idle':
      case 'connecting':
        return words.connection.connecting;
      case 'waiting':
        return words.connection.waiting(seconds);
      case 'ended':
        return words.connection.ended;
    }
  }

  readonly #now = (): void =>
    void this.dispatchEvent(new CustomEvent('connect-now', { bubbles: true, composed: true }));
}

customElements.define('connection-status', ConnectionStatus);
