import type { ReactiveControllerHost } from 'lit';
import { html, nothing } from 'lit';
import { refusalWords } from '../state/refusals.ts';

/** @param say takes what was done, in words */
export type Step = (say: (words: string) => void) => Promise<void>;

/** Steps that somebody asks for in a dialog: of the last one, what was done or why it was not, in words. */
export class Attempts {
  readonly #host: ReactiveControllerHost;
  #said = '';
  #problem = '';

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
  }

  get failed(): boolean {
    return this.#problem !== '';
  }

  /** Never rejects. */
  async try(step: Step): Promise<void> {
    this.clear();
    try {
      await step((words) => (this.#said = words));
    } catch (error) {
      this.#problem = refusalWords(error);
    }
    this.#host.requestUpdate();
  }

  clear(): void {
    this.#said = this.#problem = '';
    this.#host.requestUpdate();
  }

  /** The words as live regions. */
  render(): unknown {
    return html`<p class="problem" role="alert">${this.#problem === '' ? nothing : this.#problem}</p>
      <p class="said" role="status">${this.#said === '' ? nothing : this.#said}</p>`;
  }
}
