import { html, LitElement, nothing } from 'lit';
import '../components/entry-form.ts';
import '../components/error-page.ts';
import { StoreController } from '../controllers/store-controller.ts';
import type { Entering } from '../state/chat-store.ts';
import { ChatStore } from '../state/chat-store.ts';
import { remembered } from '../state/remembered.ts';
import { base } from '../styles/shared.ts';
import './chat-page.ts';
import type { ChatPage } from './chat-page.ts';

/** The whole page: one of its views. While it asks the server for the first time, the words of index.html stay. */
export class ChatApp extends LitElement {
  static override styles = base;
  readonly #store = new ChatStore();

  constructor() {
    super();
    new StoreController(this, this.#store);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('popstate', this.#followAddress);
    void this.#store.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('popstate', this.#followAddress);
  }

  override render(): unknown {
    const { view } = this.#store;
    switch (view.at) {
      case 'loading':
        return html`<slot></slot>`;
      case 'unavailable':
        return html`<error-page .againAt=${view.againAt} @try-now=${() => void this.#store.start()}></error-page>`;
      case 'entry': {
        const { title, assistant } = this.#store.config;
        return html`<entry-form
          .heading=${title}
          .assistant=${assistant.replies === 'Never' ? '' : assistant.name}
          .name=${remembered.name}
          .problem=${view.problem}
          .busy=${view.busy === 'joining'}
          .ways=${this.#store.config.ways}
          .providerUrl=${this.#store.rest.providerUrl()}
          @enter-chat=${this.#enter}
        ></entry-form>`;
      }
      case 'chat':
        return html`<chat-page .store=${this.#store} .me=${view.me}></chat-page>`;
      default:
        return nothing;
    }
  }

  readonly #enter = async (event: CustomEvent<Entering>): Promise<void> => {
    await this.#store.enter(event.detail);
    this.requestUpdate();
    await this.updateComplete;
    await this.renderRoot.querySelector<ChatPage>('chat-page')?.focusComposer();
  };

  readonly #followAddress = (): void => this.#store.followAddress();
}

customElements.define('chat-app', ChatApp);
