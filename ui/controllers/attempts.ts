import type { LitElement, ReactiveController } from 'lit';
import { html, nothing } from 'lit';
import { refusalWords } from '../state/refusals.ts';

/** @param say takes what was done, in words */
export type Step = (say: (words: string) => void) => Promise<void>;

/** Steps that somebody asks for in a dialog: of the last one, what was done or why it was not, in words. */
export class Attempts implements ReactiveController {
  readonly #host: LitElement;
  #said = '';
  #problem = '';
  /** The part of the dialog in which the last step was asked for; empty where it has no parts. */
  #part = '';
  /** Forms and buttons whose step is under way. */
  readonly #busy = new Set<EventTarget>();

  constructor(host: LitElement) {
    this.#host = host;
    host.addController(this);
  }

  /** What had the focus may be gone with what was done: the dialog has it then. */
  hostUpdated(): void {
    if (document.activeElement !== document.body) return;
    const dialog = this.#host.closest('dialog') ?? this.#host.renderRoot.querySelector('dialog');
    if (dialog?.open === true) dialog.focus();
  }

  get failed(): boolean {
    return this.#problem !== '';
  }

  /** Never rejects. @param why what went wrong, in words */
  async try(step: Step, why: (error: unknown) => string = refusalWords, part = ''): Promise<void> {
    this.clear();
    this.#part = part;
    try {
      await step((words) => (this.#said = words));
    } catch (error) {
      this.#problem = why(error);
    }
    this.#host.requestUpdate();
    await this.#host.updateComplete;
    this.#host.renderRoot
      .querySelector('[data-part] > :is(.problem, .said):not(:empty)')
      ?.scrollIntoView({ block: 'nearest' });
  }

  /**
   * What somebody sends by a form or a button. Until its step has ended the same form or button sends nothing more: whoever
   * clicks twice wants one room. Never rejects.
   */
  async send(event: Event, step: Step, why?: (error: unknown) => string): Promise<void> {
    event.preventDefault();
    const by = event.currentTarget;
    if (by === null || this.#busy.has(by)) return;
    this.#busy.add(by);
    await this.try(step, why, (by as Element).closest<HTMLElement>('[data-part]')?.dataset['part']);
    this.#busy.delete(by);
  }

  /** A button for a step; `about` tells it from others of a list, for who hears it. */
  button(says: string, about: string, step: Step, look: 'small' | 'small danger' = 'small'): unknown {
    return html`<button class=${look} type="button" @click=${(event: Event) => void this.send(event, step)}>
      <span>${says}<span class="hidden-words">${about}</span></span>
    </button>`;
  }

  clear(): void {
    this.#said = this.#problem = '';
    this.#host.requestUpdate();
  }

  /** The words as live regions. @param part the `data-part` that they stand in: only of steps asked for there */
  render(part = ''): unknown {
    const shown = (words: string): unknown => (words === '' || part !== this.#part ? nothing : words);
    return html`<p class="problem" role="alert">${shown(this.#problem)}</p>
      <p class="said" role="status">${shown(this.#said)}</p>`;
  }
}
