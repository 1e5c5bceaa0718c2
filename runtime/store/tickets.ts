/** Texts that are kept for a time and given out once. */
export interface Tickets {
  keep(name: string, text: string, seconds: number): Promise<void>;
  /** @returns nothing when there is none, or it was given out before */
  take(name: string): Promise<string | undefined>;
}
