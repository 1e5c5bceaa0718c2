/** How many values a generation holds. */
const generationSize = 4_096;
/** Parts of more characters are rarely equal as a whole; their own parts are. */
const longest = 400;

/**
 * Shares equal parts between JSON values. Objects of one kind differ little: probes, selectors, security contexts and owner
 * references are the same in hundreds of them, and are kept once. What was not met for a while is forgotten, so that what
 * is unique costs nothing.
 */
export class Interner {
  #young = new Map<string, unknown>();
  #old = new Map<string, unknown>();
  /** Stands for the value last looked at: equal for equal values only. Undefined when it would be too long. */
  #text: string | undefined;

  /** Freezes `value`, deeply, with shared values in place of its parts. Returns it, or its shared equal. */
  share<T>(value: T): T {
    return this.#share(value) as T;
  }

  #share(value: unknown): unknown {
    if (typeof value === 'string') return this.#shareString(value);
    if (typeof value !== 'object' || value === null) {
      this.#text = `${String(value)},`;
      return value;
    }
    if (Object.isFrozen(value)) {
      this.#text = undefined;
      return value;
    }
    const parts = value as Record<string, unknown>;
    let text: string | undefined = Array.isArray(value) ? '[' : '{';
    for (const name of Object.keys(parts)) {
      parts[name] = this.#share(parts[name]);
      text = text === undefined || this.#text === undefined ? undefined : `${text}${name.length}"${name}${this.#text}`;
      if (text !== undefined && text.length > longest) text = undefined;
    }
    Object.freeze(value);
    this.#text = text === undefined ? undefined : `${text}}`;
    return this.#known(value);
  }

  /** With its length before it, a string needs no escapes to be told from what follows. */
  #shareString(value: string): unknown {
    this.#text = value.length > longest ? undefined : `${value.length}"${value}`;
    return value.length < 12 ? value : this.#known(value);
  }

  #known(value: unknown): unknown {
    if (this.#text === undefined) return value;
    let known = this.#young.get(this.#text);
    if (known !== undefined) return known;
    known = this.#old.get(this.#text) ?? value;
    this.#young.set(this.#text, known);
    if (this.#young.size < generationSize) return known;
    this.#old = this.#young;
    this.#young = new Map();
    return known;
  }
}
