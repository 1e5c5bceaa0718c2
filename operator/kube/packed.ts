import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { KubeObject } from './object.ts';
import { ownershipOf, withOwnership } from './ownership.ts';

/** Of a sample, no more than this is of use: deflate looks back 32 KiB, and reading a sample costs time at each object. */
const SAMPLE_BYTES = 8 * 1024;
/** So many samples of one kin at most: where nothing is alike, another one does not help. */
const MOST_SAMPLES = 8;
/** A sample is worth keeping when objects come to less than this part of their text with it. */
const GOOD = 0.5;
/** Little memory for each call: packed objects are small. */
const DEFLATE = { level: 1, memLevel: 5, chunkSize: 1024 };
const INFLATE = { chunkSize: 8 * 1024 };

/** An object as little memory holds it. */
export interface Packed {
  /** What deflate made of it, a byte a character: V8 keeps such strings without the overhead of a Buffer. */
  readonly bytes: string;
  /** Without what it was packed with it cannot be read. */
  readonly sample: Buffer;
}

interface Samples {
  current: Buffer;
  count: number;
}

/**
 * Packs objects of one kind. What belongs to one kin differs in names, versions and times only, so each is kept as its
 * difference from a sample of them: some 200 bytes instead of the 5 KB that V8 needs.
 */
export class Packer<T extends KubeObject> {
  readonly #kinOf: (object: T) => string;
  readonly #samples = new Map<string, Samples>();

  /** `kinOf` says of which sort an object is. */
  constructor(kinOf: (object: T) => string) {
    this.#kinOf = kinOf;
  }

  pack(object: T): Packed {
    const text = Buffer.from(`${ownershipOf(object) ?? ''}\n${JSON.stringify(object)}`);
    const kin = this.#kinOf(object);
    const samples = this.#samples.get(kin);
    if (samples !== undefined) {
      const packed = packWith(text, samples.current);
      if (packed.bytes.length < text.length * GOOD || samples.count >= MOST_SAMPLES) return packed;
    }
    const sample = Buffer.from(text.subarray(0, SAMPLE_BYTES));
    this.#samples.set(kin, { current: sample, count: (samples?.count ?? 0) + 1 });
    return packWith(text, sample);
  }

  unpack({ bytes, sample }: Packed): T {
    const text = inflateRawSync(Buffer.from(bytes, 'latin1'), { ...INFLATE, dictionary: sample }).toString();
    const end = text.indexOf('\n');
    const object = JSON.parse(text.slice(end + 1)) as T;
    return end === 0 ? object : withOwnership(object, text.slice(0, end));
  }
}

function packWith(text: Buffer, sample: Buffer): Packed {
  return { bytes: deflateRawSync(text, { ...DEFLATE, dictionary: sample }).toString('latin1'), sample };
}
