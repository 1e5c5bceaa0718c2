import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Person, Query } from '../state/mention.ts';
import { candidates, queryAt, withName } from '../state/mention.ts';

export interface MentionTarget extends ReactiveControllerHost {
  /** Those who can be named. */
  readonly nameable: readonly Person[];
}

/** Names to choose from while somebody writes `@…`; the field keeps the focus all the while. */
export class MentionController implements ReactiveController {
  readonly #host: MentionTarget;
  #query: Query | undefined;
  /** Where a list was closed: it stays closed while this name is written on. */
  #closedAt = -1;
  #chosen = 0;

  constructor(host: MentionTarget) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.close();
  }

  get offered(): readonly Person[] {
    return this.#query === undefined ? [] : candidates(this.#query, this.#host.nameable);
  }

  /** Index of the one that Enter takes. */
  get chosen(): number {
    return Math.min(this.#chosen, Math.max(0, this.offered.length - 1));
  }

  /** The text or the caret is elsewhere. */
  look(field: HTMLTextAreaElement): void {
    const { value, selectionStart, selectionEnd } = field;
    const query = selectionStart === selectionEnd ? queryAt(value, selectionStart) : undefined;
    if (query?.start !== this.#query?.start) this.#chosen = 0;
    if (query?.start !== this.#closedAt) this.#closedAt = -1;
    this.#query = query?.start === this.#closedAt ? undefined : query;
    this.#host.requestUpdate();
  }

  close(): void {
    this.#closedAt = this.#query?.start ?? -1;
    this.#query = undefined;
    this.#chosen = 0;
    this.#host.requestUpdate();
  }

  /** The next one down or up, round at the ends. */
  move(step: 1 | -1): void {
    const count = this.offered.length;
    this.#chosen = (this.chosen + step + count) % count;
    this.#host.requestUpdate();
  }

  /** @returns the text with the chosen name, and where the caret goes */
  take(text: string, index = this.chosen): { text: string; caret: number } | undefined {
    const person = this.offered[index];
    if (this.#query === undefined || person === undefined) return undefined;
    const taken = withName(text, this.#query, person.name);
    this.close();
    return taken;
  }
}
