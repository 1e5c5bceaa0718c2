import { css, html, LitElement, nothing } from 'lit';
import type { Status } from '../../runtime/protocol/rest.ts';
import { Attempts } from '../controllers/attempts.ts';
import { formatNumber, words } from '../locales/words.ts';
import type { ChatStore } from '../state/chat-store.ts';
import { dialogStyles } from '../styles/dialog.ts';
import { base } from '../styles/shared.ts';

const LOOK_AGAIN_MS = 5000;

/** How the chat is now, on all of its servers; looked at again while it is shown. */
export class AdminStatus extends LitElement {
  static override properties = { store: { attribute: false }, status: { state: true } };
  static override styles = [
    base,
    dialogStyles,
    css`
      :host {
        display: block;
      }
      section {
        gap: var(--space-3);
      }
      section:last-of-type {
        border: 0;
        padding-block-end: 0;
      }
      dl {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(6.5rem, 1fr));
        gap: var(--space-4);
        inline-size: 100%;
        margin: 0;
      }
      dl > div {
        display: flex;
        flex-direction: column-reverse;
        justify-content: flex-end;
      }
      dt {
        font-size: var(--text-small);
        color: var(--ink-soft);
      }
      dd {
        margin: 0;
        font-size: var(--text-large);
        font-weight: 650;
        font-variant-numeric: tabular-nums;
      }
      li {
        display: block;
        min-block-size: 0;
        overflow-wrap: anywhere;
      }
    `,
  ];
  declare store: ChatStore;
  /** `undefined` while it is asked for. */
  declare status: Status | undefined;
  readonly #attempts = new Attempts(this);
  #timer: ReturnType<typeof setInterval> | undefined;

  protected override firstUpdated(): void {
    this.#look();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => this.#look(), LOOK_AGAIN_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  override render(): unknown {
    const { status } = this;
    const { figures } = words.admin;
    if (status === undefined) {
      return html`${this.#attempts.render()}
        <p class="hint">${this.#attempts.failed ? nothing : words.loading}</p>`;
    }
    const { people, connections, queue, servers, limits } = status;
    const waiting = `${formatNumber(queue.waiting)} / ${formatNumber(queue.most)}`;
    return html`${this.#attempts.render()}
      <section>
        <dl>
          ${figure(figures.people, people)} ${figure(figures.connections, connections)}
          ${figure(figures.running, queue.running)} ${figure(figures.waiting, waiting)}
        </dl>
      </section>
      <section>
        <h3>${figures.servers}</h3>
        <ul>
          ${servers.map((server) => html`<li>${serverWords(server)}</li>`)}
        </ul>
      </section>
      <section>
        <h3>${figures.limits}</h3>
        <p class="hint">${figures.limitsHint}</p>
        <dl>
          ${Object.entries(limits).map(([name, value]) => figure(figures[name as keyof Status['limits']], value))}
        </dl>
      </section>`;
  }

  #look(): void {
    void this.#attempts.try(async () => {
      this.status = await this.store.rest.status();
    });
  }
}

function figure(says: string, value: number | string): unknown {
  return html`<div>
    <dt>${says}</dt>
    <dd><bdi>${typeof value === 'number' ? formatNumber(value) : value}</bdi></dd>
  </div>`;
}

function serverWords({ name, state, models }: Status['servers'][number]): unknown {
  const { figures } = words.admin;
  const each = models.map((model) => (model.state === 'loaded' ? `${model.name} (${figures.loaded})` : model.name));
  return html`<bdi>${name}</bdi>
    <p class="hint">${state === 'away' ? figures.away : each.length === 0 ? figures.empty : each.join(' · ')}</p>`;
}

customElements.define('admin-status', AdminStatus);
