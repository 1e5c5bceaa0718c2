import { css, html, LitElement, nothing } from 'lit';
import type { Sessions } from '../../runtime/protocol/accounts.ts';
import { showDialog } from '../components/show-dialog.ts';
import { Attempts } from '../controllers/attempts.ts';
import { formatMoment, words } from '../locales/words.ts';
import type { ChatStore } from '../state/chat-store.ts';
import { passwordWords } from '../state/refusals.ts';
import { base, controls } from '../styles/shared.ts';
import { dialogStyles } from '../styles/dialog.ts';

type Session = Sessions['sessions'][number];

/** One's own account: another password, where one is signed in, and the end of it. A modal dialog. */
export class AccountDialog extends LitElement {
  static override properties = {
    store: { attribute: false },
    sessions: { state: true },
  };
  static override styles = [
    base,
    controls,
    dialogStyles,
    css`
      li {
        flex-wrap: wrap;
        gap: var(--space-1) var(--space-3);
        padding-block: var(--space-2);
      }
      .what {
        flex: 1 1 11rem;
      }
    `,
  ];
  declare store: ChatStore;
  /** `undefined` while they are asked for. */
  declare sessions: readonly Session[] | undefined;
  readonly #attempts = new Attempts(this);

  async open(): Promise<void> {
    this.#attempts.clear();
    this.sessions = undefined;
    await showDialog(this);
    await this.#attempts.try(async () => {
      this.sessions = (await this.store.rest.sessions()).sessions;
    });
  }

  override render(): unknown {
    const { account } = words;
    return html`<dialog aria-labelledby="title">
      <h2 id="title">${account.title}</h2>
      ${this.#attempts.render()}
      <form class="fields" @submit=${this.#changePassword}>
        <h3>${account.password}</h3>
        <label for="current">${account.current}</label>
        <input id="current" type="password" autocomplete="current-password" maxlength="128" required />
        <label for="next">${account.next}</label>
        <input id="next" type="password" autocomplete="new-password" minlength="10" maxlength="128" required />
        <p class="hint">${words.entry.passwordHint}</p>
        <button class="quiet" type="submit">${account.change}</button>
      </form>
      <section>
        <h3>${account.sessions}</h3>
        ${this.sessions === undefined ? html`<p class="hint">${words.loading}</p>` : nothing}
        <ul>
          ${this.sessions?.map((session) => html`<li>${this.#session(session)}</li>`)}
        </ul>
        <button class="quiet" type="button" @click=${this.#endAll}>${account.endAll}</button>
      </section>
      ${this.#isAdmin ? nothing : this.#removal()}
      <form method="dialog" class="end"><button class="primary">${words.close}</button></form>
    </dialog>`;
  }

  /** Another administrator removes the account of one: here the server refuses it. */
  get #isAdmin(): boolean {
    const { view } = this.store;
    return view.at === 'chat' && view.me.role === 'admin';
  }

  #removal(): unknown {
    const { account } = words;
    return html`<form class="fields" @submit=${this.#remove}>
      <h3>${account.remove}</h3>
      <p class="hint">${account.removeLead}</p>
      <label for="sure">${words.entry.password}</label>
      <input id="sure" type="password" autocomplete="current-password" maxlength="128" required />
      <button class="quiet danger" type="submit">${account.removeNow}</button>
    </form>`;
  }

  #session({ id, agent, address, created, current }: Session): unknown {
    const { account } = words;
    return html`<div class="what">
        <span>${current === 'yes' ? account.here : deviceOf(agent)}</span>
        <span class="hint" dir="auto">${address} · ${formatMoment(created)}</span>
      </div>
      ${current === 'yes' ? nothing : this.#attempts.button(account.end, '', () => this.#end(id))}`;
  }

  readonly #changePassword = (event: SubmitEvent): void => {
    const form = event.target as HTMLFormElement;
    void this.#attempts.send(
      event,
      async (say) => {
        await this.store.rest.changePassword(this.#value('current'), this.#value('next'));
        form.reset();
        this.sessions = this.sessions?.filter(({ current }) => current === 'yes');
        say(words.account.changed);
      },
      passwordWords,
    );
  };

  async #end(id: string): Promise<void> {
    await this.store.rest.endSession(id);
    this.sessions = this.sessions?.filter((session) => session.id !== id);
  }

  readonly #endAll = (event: Event): void =>
    void this.#attempts.send(event, async () => {
      await this.store.rest.endSessions();
      this.store.left();
    });

  readonly #remove = (event: SubmitEvent): void => {
    void this.#attempts.send(
      event,
      async () => {
        await this.store.rest.deleteAccount(this.#value('sure'));
        this.store.left();
      },
      passwordWords,
    );
  };

  #value(id: string): string {
    return this.renderRoot.querySelector<HTMLInputElement>(`#${id}`)?.value ?? '';
  }
}

/** A browser's own name for itself, as short as people would say it. */
function deviceOf(agent: string): string {
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent)?.[1] ?? '';
  const system = /(Android|iPhone|iPad|Windows|Mac OS X|Linux)/.exec(agent)?.[1] ?? '';
  const known = [{ Edg: 'Edge', OPR: 'Opera' }[browser] ?? browser, system].filter((part) => part !== '');
  return known.length === 0 ? words.account.unknown : known.join(' · ');
}

customElements.define('account-dialog', AccountDialog);
