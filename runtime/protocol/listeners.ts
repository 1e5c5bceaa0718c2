/** Those who want to hear of something. */
export class Listeners<T> {
  readonly #all = new Set<(value: T) => void>();

  /** @returns a function that ends it */
  add(listener: (value: T) => void): () => void {
    this.#all.add(listener);
    return () => void this.#all.delete(listener);
  }

  tell(value: T): void {
    for (const listener of [...this.#all]) listener(value);
  }
}
