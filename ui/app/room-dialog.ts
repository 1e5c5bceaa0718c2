import { css, html, LitElement, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Author, NameOnly } from '../../runtime/protocol/entries.ts';
import type { ServerFrame } from '../../runtime/protocol/frames.ts';
import type { Models, RoomDetails } from '../../runtime/protocol/rest.ts';
import '../components/confirm-dialog.ts';
import '../components/person-mark.ts';
import { showDialog } from '../components/show-dialog.ts';
import { Attempts } from '../controllers/attempts.ts';
import { StoreController } from '../controllers/store-controller.ts';
import { words } from '../locales/words.ts';
import type { ChatStore } from '../state/chat-store.ts';
import { dialogStyles } from '../styles/dialog.ts';
import { base, controls } from '../styles/shared.ts';
import { clearRoom, ifSure, removeRoom } from './room-steps.ts';

type Settings = Required<Pick<RoomDetails, 'title' | 'replies' | 'model' | 'systemPrompt'>>;

/**
 * The room on screen: who is in it and what it is, for moderators with the ways to change that. It follows what others
 * change meanwhile, and closes when the reader is out. A modal dialog.
 */
export class RoomDialog extends LitElement {
  static override properties = {
    store: { attribute: false },
    me: { attribute: false },
    details: { state: true },
    models: { state: true },
    people: { state: true },
  };
  static override styles = [
    base,
    controls,
    dialogStyles,
    css`
      dialog {
        inline-size: min(32rem, 100vw - 2 * var(--space-4));
      }
      h2 {
        overflow-wrap: anywhere;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: var(--space-1) var(--space-4);
        margin: 0;
        overflow-wrap: anywhere;
      }
      dt {
        color: var(--ink-soft);
      }
      dd {
        margin: 0;
      }
      textarea {
        min-block-size: 6rem;
        padding-block: var(--space-2);
        resize: vertical;
      }
      li {
        flex-wrap: wrap;
        padding-block: var(--space-1);
      }
      .what {
        flex: 1 1 7rem;
      }
      .acts,
      .invite {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }
      .invite {
        inline-size: 100%;
        align-items: end;
      }
      .invite label {
        display: grid;
        flex: 1 1 12rem;
        gap: var(--space-1);
      }
    `,
  ];
  declare store: ChatStore;
  declare me: Author;
  /** `undefined` while they are asked for, and while the dialog is closed. */
  declare details: RoomDetails | undefined;
  declare models: Models['models'];
  /** Whom one could invite: those who are here now. */
  declare people: readonly Author[];
  readonly #attempts = new Attempts(this);
  #room = '';
  /** Counts the questions for the room: the answer to the newest one counts. */
  #asked = 0;
  #follows: StoreController | undefined;

  constructor() {
    super();
    this.models = this.people = [];
  }

  async open(): Promise<void> {
    if (this.#follows === undefined) {
      this.#follows = new StoreController(this, this.store);
      this.store.client.frames.add(this.#hear);
    }
    this.#room = this.store.room;
    this.details = undefined;
    await showDialog(this);
    await this.#attempts.try(async () => {
      await this.#load();
      if (this.details?.moderator === 'yes') this.models = (await this.store.rest.models()).models;
      if (this.details?.kind === 'private') this.people = (await this.store.rest.people()).people;
    });
  }

  override render(): unknown {
    const { details } = this;
    return html`<dialog tabindex="-1" aria-labelledby="title" @close=${() => (this.details = undefined)}>
        <h2 id="title"><bdi>${this.store.titleOf(this.#room)}</bdi></h2>
        ${this.#attempts.render()}
        ${
          details === undefined
            ? html`<p class="hint">${this.#attempts.failed ? nothing : words.loading}</p>`
            : [this.#about(details), this.#members(details), this.#steps(details)]
        }
        <form method="dialog" class="end"><button class="primary">${words.close}</button></form>
      </dialog>
      <confirm-dialog></confirm-dialog>`;
  }

  #about(details: RoomDetails): unknown {
    const { settings, newRoom } = words;
    const { kind, lock, moderator, origin, model, replies } = details;
    const isMine = moderator === 'yes';
    return html`<p class="hint">${kind === 'direct' ? settings.direct : newRoom[kind]}</p>
      ${lock === 'locked' ? html`<p class="hint">${settings.locked}</p>` : nothing}
      ${
        isMine && origin === 'people'
          ? this.#form(details)
          : html`<section>
              <dl>
                <dt>${settings.replies}</dt>
                <dd>${answers()[replies]}</dd>
                <dt>${settings.model}</dt>
                <dd><bdi>${model}</bdi></dd>
              </dl>
              ${isMine ? html`<p class="hint">${settings.declared}</p>` : nothing}
            </section>`
      }`;
  }

  #form({ title, replies, model, systemPrompt = '' }: RoomDetails): unknown {
    const { settings, newRoom } = words;
    const models = [...new Set([model, ...this.models.map(({ name }) => name)])];
    return html`<form
      class="fields"
      data-part="form"
      @submit=${(event: SubmitEvent) => this.#save(event, { title, replies, model, systemPrompt })}
    >
      <label for="name">${newRoom.name}</label>
      <input id="name" name="title" type="text" required autocomplete="off" .value=${title} />
      <label for="replies">${settings.replies}</label>
      <select id="replies" name="replies">
        ${Object.entries(answers()).map(([each, says]) => option(each, says, replies))}
      </select>
      <label for="model">${settings.model}</label>
      <select id="model" name="model">
        ${models.map((each) => option(each, each, model))}
      </select>
      <label for="prompt">${settings.prompt}</label>
      <textarea id="prompt" name="systemPrompt" maxlength="8000" dir="auto" .value=${systemPrompt}></textarea>
      <button class="quiet" type="submit">${settings.save}</button>
      ${this.#attempts.render('form')}
    </form>`;
  }

  #members({ kind, members, banned = [], moderator }: RoomDetails): unknown {
    const { settings, people } = words;
    const isMine = moderator === 'yes';
    const listed = kind === 'public' ? this.store.client.room(this.#room).people : members;
    return html`<section>
        <h3 id="people">${kind === 'public' ? people.label : settings.members}</h3>
        ${this.#list('people', listed, (person) => (isMine ? this.#sendingOut(person) : nothing))}
        ${kind === 'private' ? this.#invite(listed) : nothing}
      </section>
      ${
        banned.length === 0
          ? nothing
          : html`<section>
              <h3 id="banned">${settings.banned}</h3>
              ${this.#list('banned', banned, ({ id, name }) =>
                this.#act(settings.unban, name, () => this.store.rest.unban(this.#room, id), settings.unbanned(name)),
              )}
            </section>`
      }`;
  }

  #list(label: string, people: readonly NameOnly[], acts: (person: NameOnly) => unknown): unknown {
    return html`<ul aria-labelledby=${label}>
      ${repeat(
        people,
        ({ id }) => id,
        (person) =>
          html`<li>
            <person-mark .name=${person.name}></person-mark>
            <span class="what"><bdi>${person.name}</bdi></span>
            ${person.id === this.me.id ? html`<span class="hint">${words.people.you}</span>` : acts(person)}
          </li>`,
      )}
    </ul>`;
  }

  #sendingOut({ id, name }: NameOnly): unknown {
    const { settings } = words;
    const { rest } = this.store;
    return html`<div class="acts">
      ${this.#act(settings.kick, name, () => rest.kick(this.#room, id), settings.kicked(name))}
      ${this.#act(settings.ban, name, () => rest.ban(this.#room, id), settings.isBanned(name))}
    </div>`;
  }

  #invite(members: readonly NameOnly[]): unknown {
    const others = this.people.filter(({ id }) => !members.some((member) => member.id === id));
    return html`<form class="invite" data-part="invite" @submit=${this.#invited}>
      <label>
        ${words.settings.whom}
        <input id="whom" type="text" required autocomplete="off" list="others" />
      </label>
      <datalist id="others">${others.map(({ name }) => html`<option value=${name}></option>`)}</datalist>
      <button class="quiet" type="submit">${words.newRoom.invite}</button>
      ${this.#attempts.render('invite')}
    </form>`;
  }

  #steps({ name, title, kind, lock, origin, moderator, members }: RoomDetails): unknown {
    const { settings } = words;
    const { rest } = this.store;
    const other = lock === 'open' ? 'locked' : 'open';
    if (moderator === 'no' && kind !== 'private') return nothing;
    return html`<section class="acts" data-part="steps">
      ${
        moderator === 'no'
          ? nothing
          : [
              this.#act(lock === 'open' ? settings.lock : settings.unlock, '', () =>
                rest.changeRoom(name, { lock: other }),
              ),
              this.#attempts.button(
                settings.clear,
                '',
                (say) => clearRoom(this, rest, { name, title }, say),
                'small danger',
              ),
              origin === 'chat'
                ? nothing
                : this.#attempts.button(
                    settings.remove,
                    '',
                    () => removeRoom(this, rest, { name, title }, () => this.#gone()),
                    'small danger',
                  ),
            ]
      }
      ${
        kind === 'private'
          ? this.#attempts.button(settings.leave, '', () => {
              const lead = members.length === 1 ? settings.leaveLast : settings.leaveLead;
              return ifSure(this, { heading: settings.leaveHeading(title), lead, yes: settings.leave }, async () => {
                await rest.removeMember(name, this.me.id);
                this.#gone();
              });
            })
          : nothing
      }
      ${this.#attempts.render('steps')}
    </section>`;
  }

  /** A step after which the room is another one. */
  #act(says: string, about: string, step: () => Promise<unknown>, done = ''): unknown {
    return this.#attempts.button(says, about, async (say) => {
      await step();
      await this.#load();
      say(done);
    });
  }

  async #load(): Promise<void> {
    const asked = (this.#asked += 1);
    const details = await this.store.rest.room(this.#room);
    if (asked === this.#asked) this.details = details;
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog');
  }

  /** The reader has no part in the room any more. */
  #gone(): void {
    this.#dialog?.close();
    this.store.openFirst();
  }

  readonly #hear = (frame: ServerFrame): void => {
    if (this.#dialog?.open !== true || !('room' in frame) || frame.room !== this.#room) return;
    if (frame.type === 'left') this.#dialog.close();
    // Whoever may not see it any more hears that by a frame of its own.
    if (frame.type === 'rooms-changed') this.#load().catch(() => undefined);
  };

  /** Only what was changed: what the chat gives to every room stays the chat's. */
  #save(event: SubmitEvent, before: Settings): void {
    const written = Object.fromEntries(new FormData(event.target as HTMLFormElement)) as unknown as Settings;
    const changed = Object.entries(written).filter(([key, value]) => value !== before[key as keyof Settings]);
    void this.#attempts.send(event, async (say) => {
      if (changed.length > 0) await this.store.rest.changeRoom(this.#room, Object.fromEntries(changed));
      await this.#load();
      say(words.settings.saved);
    });
  }

  readonly #invited = (event: SubmitEvent): void => {
    const form = event.target as HTMLFormElement;
    const name = this.renderRoot.querySelector<HTMLInputElement>('#whom')?.value.trim() ?? '';
    void this.#attempts.send(event, async (say) => {
      await this.store.rest.addMember(this.#room, name);
      form.reset();
      await this.#load();
      say(words.settings.invited(name));
    });
  };
}

function answers(): Readonly<Record<RoomDetails['replies'], string>> {
  const { always, mention, never } = words.settings;
  return { Always: always, Mention: mention, Never: never };
}

function option(value: string, says: string, chosen: string): unknown {
  return html`<option value=${value} ?selected=${value === chosen}>${says}</option>`;
}

customElements.define('room-dialog', RoomDialog);
