import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Closer to the end than this many pixels, somebody reads the newest. */
const NEAR_END = 80;
/** Closer to an edge than this, more is wanted there. */
const NEAR_EDGE = 800;

/** Pixels above a row that was gone to. */
const ROOM_ABOVE = 48;

export interface ScrollTarget extends ReactiveControllerHost {
  /** The scrolling element and the one inside it that grows; there after the first rendering. */
  scroller(): HTMLElement | null;
  content(): HTMLElement | null;
}

/**
 * Keeps what a person reads in its place while things grow: at the end it follows the newest, elsewhere the row at the top
 * of the view stays where it is, whatever is added above or below. (The browsers' own anchoring gives up at the very top,
 * which is where history is added.)
 */
export class ScrollController implements ReactiveController {
  readonly #host: ScrollTarget;
  readonly #onNear: (edge: 'up' | 'down') => void;
  readonly #sizes = new ResizeObserver(() => this.#restore());
  #follows = true;
  /** Where the scroller was last. */
  #top = 0;
  #anchor: { readonly row: Element; readonly top: number } | undefined;
  #observed: HTMLElement | null = null;

  constructor(host: ScrollTarget, onNear: (edge: 'up' | 'down') => void) {
    this.#host = host;
    this.#onNear = onNear;
    host.addController(this);
  }

  /** Whether the view is at the end and follows it. */
  get follows(): boolean {
    return this.#follows;
  }

  hostUpdated(): void {
    const scroller = this.#host.scroller();
    if (scroller !== null && scroller !== this.#observed) {
      this.#observed = scroller;
      scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
      this.#sizes.observe(scroller);
      const content = this.#host.content();
      if (content !== null) this.#sizes.observe(content);
    }
    this.#restore();
  }

  hostDisconnected(): void {
    this.#sizes.disconnect();
    this.#observed = null;
  }

  /** Goes to the end and follows it again. */
  toEnd(): void {
    this.#follows = true;
    this.#restore();
    this.#host.requestUpdate();
  }

  /** Follows nothing, until it is told where to be. */
  letGo(): void {
    this.#follows = false;
    this.#anchor = undefined;
  }

  /** Puts a row into the middle of the view, or its beginning at the top when it is higher than that, and keeps it there. */
  toRow(row: Element): void {
    const scroller = this.#host.scroller();
    if (scroller === null) return;
    const { top, height } = row.getBoundingClientRect();
    const view = scroller.getBoundingClientRect();
    const wanted = Math.max(ROOM_ABOVE, (view.height - height) / 2);
    this.#anchor = { row, top: wanted };
    scroller.scrollTop += top - view.top - wanted;
    // Where nothing has to be scrolled the browser says nothing.
    this.#follows = below(scroller) < 1;
    this.#host.requestUpdate();
  }

  /**
   * After other rows were put in and have their sizes. (Where all rows together are as high as before, no observer of sizes
   * says anything.)
   */
  rowsChanged(): void {
    this.#restore();
    const scroller = this.#host.scroller();
    if (scroller !== null) this.#askForMore(scroller);
  }

  #scrolled(): void {
    const scroller = this.#host.scroller();
    if (scroller === null) return;
    // The browser tells of scrolling a moment later: the end may be further by then, and nobody went away from it. Who
    // does goes up. (Positions are rounded.)
    const wentUp = scroller.scrollTop < this.#top - 1;
    this.#top = scroller.scrollTop;
    const follows = below(scroller) < NEAR_END || (this.#follows && !wentUp);
    if (follows !== this.#follows) {
      this.#follows = follows;
      this.#host.requestUpdate();
    }
    this.#remember(scroller);
    this.#askForMore(scroller);
  }

  #askForMore(scroller: HTMLElement): void {
    if (scroller.scrollTop < NEAR_EDGE) this.#onNear('up');
    if (below(scroller) < NEAR_EDGE) this.#onNear('down');
  }

  /** Days are no anchors (no `data-row`): the day at the top is always at the top, whatever is added below it. */
  #remember(scroller: HTMLElement): void {
    const edge = scroller.getBoundingClientRect().top;
    const rows = this.#host.content()?.querySelectorAll('[data-row]') ?? [];
    for (const row of rows) {
      const { top, bottom } = row.getBoundingClientRect();
      if (bottom < edge) continue;
      this.#anchor = { row, top: top - edge };
      return;
    }
  }

  #restore(): void {
    const scroller = this.#host.scroller();
    if (scroller === null) return;
    if (this.#follows) {
      scroller.scrollTop = scroller.scrollHeight;
    } else if (this.#anchor?.row.isConnected === true) {
      const top = this.#anchor.row.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
      scroller.scrollTop += top - this.#anchor.top;
    }
    this.#top = scroller.scrollTop;
  }
}

/** Pixels between the lower edge of the view and the end. */
function below(scroller: HTMLElement): number {
  return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
}
