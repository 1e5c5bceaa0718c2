/** Something that can be kept in less memory than it takes while it is used. */
export interface Coolable {
  cool(): void;
}

/** The things that were used last, a fixed number of them; whatever has waited longest is cooled. */
export class Warm {
  readonly #size: number;
  readonly #things: Coolable[] = [];
  #next = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** Keeps a thing warm that is not yet. */
  add(thing: Coolable): void {
    this.#things[this.#next]?.cool();
    this.#things[this.#next] = thing;
    this.#next = (this.#next + 1) % this.#size;
  }
}
