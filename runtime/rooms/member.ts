import type { Author } from '../protocol/entries.ts';

/** How a frame may be treated when its reader is slow: a `delta` may be left out, its text comes again with the reply's end. */
export type FrameWeight = 'delta' | 'frame';

/** A connection, as rooms see it. Frames are encoded once for all members. */
export interface Member {
  readonly user: Author;
  readonly open: boolean;
  deliver(frame: Buffer, weight: FrameWeight): void;
  /** Resolves when the member can take more; rejects when it is gone. */
  drained(): Promise<void>;
  /** Its picture of the room is of no use any more: it has to connect and join again. */
  expel(): void;
}

/** From a frame's JSON to the bytes that go to every member. */
export type Encode = (json: string) => Buffer;
