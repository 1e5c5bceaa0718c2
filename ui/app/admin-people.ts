import { css, html, LitElement, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { AccountRole, User, UserWithPassword } from '../../runtime/protocol/accounts.ts';
import '../components/confirm-dialog.ts';
import '../components/person-mark.ts';
import { Attempts } from '../controllers/attempts.ts';
import { words } from '../locales/words.ts';
import type { ChatStore } from '../state/chat-store.ts';
import { copyText } from '../state/clipboard.ts';
import { adminRows } from '../styles/admin-rows.ts';
import { dialogStyles } from '../styles/dialog.ts';
import { base, controls } from '../styles/shared.ts';
import { ifSure } from './room-steps.ts';

const roles: readonly AccountRole[] = ['guest', 'member', 'admin'];

/** Everybody with an account, for administrators: what they may do, and the ways to help or to stop them. */
export class AdminPeople extends LitElement {
  static override properties = {
    store: { attribute: false },
    users: { state: true },
    next: { state: true },
    made: { state: true },
  };
  static override styles = [
    base,
    controls,
    dialogStyles,
    adminRows,
    css`
      .off .name {
        text-decoration: line-through;
      }
      select {
        inline-size: auto;
        min-block-size: var(--press);
      }
      .new {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: var(--space-3);
        padding-block: var(--space-4);
      }
      .new label {
        display: grid;
        flex: 1 1 10rem;
        gap: var(--space-1);
      }
      .new select {
        min-block-size: 2.75rem;
      }
      .password {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-3);
        margin-block-start: var(--space-3);
        padding: var(--space-3);
        border-radius: var(--radius-small);
        background: var(--accent-soft);
      }
      code {
        font-family: var(--mono);
        user-select: all;
        overflow-wrap: anywhere;
      }
    `,
  ];
  declare store: ChatStore;
  /** `undefined` while they are asked for. */
  declare users: readonly User[] | undefined;
  /** Where the list goes on. */
  declare next: string | undefined;
  /** A password that is shown once. */
  declare made: UserWithPassword | undefined;
  readonly #attempts = new Attempts(this);

  protected override firstUpdated(): void {
    void this.#attempts.try(this.#more);
  }

  override render(): unknown {
    const { admin } = words;
    return html`${this.#attempts.render()} ${this.#password()}
      <form class="new" @submit=${this.#make}>
        <label>${admin.name}<input id="new-name" type="text" required autocomplete="off" /></label>
        <label>${admin.role}${this.#roles('new-role', 'member', () => undefined, nothing)}</label>
        <button class="quiet" type="submit">${admin.make}</button>
      </form>
      ${this.users === undefined && !this.#attempts.failed ? html`<p class="hint">${words.loading}</p>` : nothing}
      <ul aria-label=${admin.people}>
        ${repeat(
          this.users ?? [],
          ({ id }) => id,
          (user) => html`<li class=${user.state === 'disabled' ? 'off' : ''}>${this.#user(user)}</li>`,
        )}
      </ul>
      ${
        this.next === undefined
          ? nothing
          : html`<button
              class="quiet"
              type="button"
              @click=${(event: Event) => void this.#attempts.send(event, this.#more)}
            >
              ${admin.more}
            </button>`
      }
      <confirm-dialog></confirm-dialog>`;
  }

  /** Nobody can look it up again: it stays until the next step. */
  #password(): unknown {
    const { made } = this;
    if (made === undefined) return nothing;
    return html`<div class="password" role="status">
      <span>${words.admin.passwordOf(made.user.name)}</span><code dir="ltr">${made.password}</code>
      <button class="small" type="button" @click=${() => void this.#copy(made.password)}>${words.code.copy}</button>
    </div>`;
  }

  #user(user: User): unknown {
    const { admin } = words;
    const { id, name, role, state, origin } = user;
    const self = this.store.view.at === 'chat' && this.store.view.me.id === id;
    const roleOf = origin === 'password' && !self ? undefined : admin.roles[role];
    return html`<person-mark .name=${name}></person-mark>
      <div class="what">
        <span class="name" dir="auto">${name}</span>
        <span class="hint">${state === 'disabled' ? admin.disabled : (roleOf ?? '')}</span>
      </div>
      ${roleOf === undefined ? this.#roles(`role-${id}`, role, (next) => this.#change(user, { role: next }), admin.roleOf(name)) : nothing}
      ${
        self
          ? html`<span class="hint">${words.people.you}</span>`
          : html`<div class="acts">
              ${
                origin === 'password'
                  ? this.#attempts.button(admin.reset, name, async () => {
                      this.made = await this.store.rest.resetPassword(id);
                    })
                  : nothing
              }
              ${this.#attempts.button(admin.signOut, name, async (say) => {
                await this.store.rest.endSessionsOf(id);
                say(admin.signedOut(name));
              })}
              ${
                state === 'active'
                  ? this.#attempts.button(admin.disable, name, () => this.#changed(id, { state: 'disabled' }))
                  : this.#attempts.button(admin.enable, name, () => this.#changed(id, { state: 'active' }))
              }
              ${this.#attempts.button(admin.remove, name, () => this.#remove(user))}
            </div>`
      }`;
  }

  #roles(id: string, now: AccountRole, chosen: (role: AccountRole) => void, label: unknown): unknown {
    return html`<select
      id=${id}
      aria-label=${label}
      @change=${(event: Event) => chosen((event.target as HTMLSelectElement).value as AccountRole)}
    >
      ${roles.map((role) => html`<option value=${role} ?selected=${role === now}>${words.admin.roles[role]}</option>`)}
    </select>`;
  }

  readonly #make = (event: SubmitEvent): void => {
    const form = event.target as HTMLFormElement;
    const name = this.renderRoot.querySelector<HTMLInputElement>('#new-name')?.value ?? '';
    const role = this.renderRoot.querySelector<HTMLSelectElement>('#new-role')?.value as AccountRole;
    void this.#attempts.send(event, async () => {
      const made = await this.store.rest.makeUser({ name, role });
      this.made = made;
      this.users = [made.user, ...(this.users ?? [])];
      form.reset();
    });
  };

  #change({ id }: User, change: { role: AccountRole }): void {
    void this.#attempts.try(() => this.#changed(id, change));
  }

  async #changed(id: string, change: Partial<Pick<User, 'state'> & { role: AccountRole }>): Promise<void> {
    const changed = await this.store.rest.changeUser(id, change);
    this.users = this.users?.map((user) => (user.id === id ? changed : user));
  }

  async #remove({ id, name }: User): Promise<void> {
    const { admin } = words;
    const question = { heading: admin.removeHeading(name), lead: admin.removeLead, yes: admin.remove };
    await ifSure(this, question, async () => {
      await this.store.rest.removeUser(id);
      this.users = this.users?.filter((user) => user.id !== id);
    });
  }

  readonly #more = async (): Promise<void> => {
    const { users, next } = await this.store.rest.users(this.next);
    this.users = [...(this.users ?? []), ...users];
    this.next = next;
  };

  #copy(password: string): Promise<void> {
    return this.#attempts.try(async (say) => say((await copyText(password)) ? words.code.copied : words.code.failed));
  }
}

customElements.define('admin-people', AdminPeople);
