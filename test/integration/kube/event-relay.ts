import type { IncomingMessage, ServerResponse } from 'node:http';

/** An event of a watch, as far as a test looks into it. */
export interface RelayedEvent {
  readonly type: string;
  readonly object: {
    readonly kind?: string;
    readonly metadata: { readonly name?: string; readonly namespace?: string };
  };
}

export type EventMatch = (event: RelayedEvent) => boolean;

/** Events that are kept from whoever watches, as if they had never happened. */
export class HiddenEvents {
  readonly #hidden: { match: EventMatch; left: number }[] = [];

  /** The next `times` events that match are hidden, each from every watch that would tell it. */
  add(match: EventMatch, times: number): () => number {
    const hidden = { match, left: times };
    this.#hidden.push(hidden);
    return () => hidden.left;
  }

  hides(line: string): boolean {
    if (this.#hidden.every(({ left }) => left === 0)) return false;
    const event = JSON.parse(line) as RelayedEvent;
    const found = this.#hidden.find(({ left, match }) => left > 0 && match(event));
    if (found !== undefined) found.left -= 1;
    return found !== undefined;
  }
}

/** Passes the lines of a watch on as they become whole, but for those that are hidden. */
export function relayLines(stream: IncomingMessage, response: ServerResponse, hidden: HiddenEvents): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (!hidden.hides(line)) response.write(`${line}\n`);
  });
}
