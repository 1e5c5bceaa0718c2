/** Passwords at rest: scrypt, off the event loop, a few at a time. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../rooms/refusal.ts';

/** 128 MiB and some tenths of a second for each try. */
const COST = { logN: 17, r: 8, p: 1 } as const;
const KEY_BYTES = 32;
/** One at a time: two would take the memory that a small container has. */
const MOST_WAITING = 30;
const RETRY_MS = 5000;

interface Written {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
  readonly salt: Buffer;
  readonly key: Buffer;
}

export class Passwords {
  /** Of nobody: comparing with it takes as long as with any other. */
  readonly #nobody: Written = { ...COST, salt: randomBytes(16), key: randomBytes(KEY_BYTES) };
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** @returns what to keep instead of the password. @throws Refusal when too many wait */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(16);
    return write({ ...COST, salt, key: await this.#derive(password, { ...COST, salt }) });
  }

  /**
   * Whether it is the password; without anything to compare with, `false` after the same time.
   * @throws Refusal when too many wait
   */
  async matches(password: string, kept: string | undefined): Promise<boolean> {
    const known = read(kept ?? '');
    const { key, ...cost } = known ?? this.#nobody;
    const derived = await this.#derive(password, cost);
    return timingSafeEqual(derived, key) && known !== undefined;
  }

  async #derive(password: string, cost: Omit<Written, 'key'>): Promise<Buffer> {
    if (this.#waiting >= MOST_WAITING) {
      throw new Refusal('RateLimited', 'Very many people log in right now: please try again in a moment.', RETRY_MS);
    }
    this.#waiting += 1;
    const turn = this.#last.then(() => derive(password, cost));
    this.#last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }
}

function derive(password: string, { logN, r, p, salt }: Omit<Written, 'key'>): Promise<Buffer> {
  const N = 2 ** logN;
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const options = { N, r, p, maxmem: 2 * 128 * N * r };
  scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) => {
    if (error === null) resolve(key);
    else reject(error);
  });
  return promise;
}

function write({ logN, r, p, salt, key }: Written): string {
  return ['scrypt', logN, r, p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

function read(text: string): Written | undefined {
  const [kind, logN, r, p, salt, key] = text.split('$');
  if (kind !== 'scrypt' || salt === undefined || key === undefined) return undefined;
  const bytes = { salt: Buffer.from(salt, 'base64url'), key: Buffer.from(key, 'base64url') };
  return { logN: Number(logN), r: Number(r), p: Number(p), ...bytes };
}
