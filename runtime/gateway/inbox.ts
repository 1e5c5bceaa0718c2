/**
 * Frames of one connection: checked, held to a pace, and answered in the order they came. A stop overtakes the rest.
 */
import type { ClientFrame } from '../protocol/frames.ts';
import { CLOSE, clientFrameSchema } from '../protocol/frames.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Connection } from './connection.ts';
import type { Services } from './requests.ts';
import { answer } from './requests.ts';

/** Frames at once and each second; whoever goes on far beyond is cut off. */
const PACE = { burst: 200, perSecond: 50, excessToClose: 500 } as const;
const BAD_FRAMES_TO_CLOSE = 10;
/** A room hears that somebody types this often at most. */
const TYPING_EVERY_MS = 1500;

export class Inbox {
  readonly #services: Services;
  readonly #connection: Connection;
  readonly #metrics: Metrics;
  #last: Promise<void> = Promise.resolve();
  #tokens: number = PACE.burst;
  #filledAt = performance.now();
  #excess = 0;
  #bad = 0;
  #typedAt = -TYPING_EVERY_MS;

  constructor(services: Services, connection: Connection, metrics: Metrics) {
    this.#services = services;
    this.#connection = connection;
    this.#metrics = metrics;
  }

  receive(text: string): void {
    const parsed = clientFrameSchema.safeParse(jsonOf(text));
    this.#metrics.framesReceived.inc({ type: parsed.success ? parsed.data.type : 'bad' });
    if (!parsed.success) {
      this.#refuse(parsed.error.issues[0]?.message ?? 'not a frame');
      return;
    }
    const frame = parsed.data;
    if (!this.#keepsPace()) {
      this.#slowDown(frame);
      return;
    }
    if (frame.type === 'typing' && !this.#typesAgain()) return;
    if (overtakes(frame)) void answer(this.#services, this.#connection, frame);
    else this.#last = this.#last.then(() => answer(this.#services, this.#connection, frame));
  }

  #refuse(why: string): void {
    this.#bad += 1;
    this.#connection.send({
      type: 'error',
      code: 'BadFrame',
      message: `The frame does not match the protocol: ${why}`,
    });
    if (this.#bad >= BAD_FRAMES_TO_CLOSE) this.#connection.close(CLOSE.badFrame, 'too many bad frames');
  }

  #keepsPace(): boolean {
    const now = performance.now();
    this.#tokens = Math.min(PACE.burst, this.#tokens + ((now - this.#filledAt) * PACE.perSecond) / 1000);
    this.#filledAt = now;
    if (this.#tokens >= 1) {
      this.#tokens -= 1;
      return true;
    }
    return false;
  }

  #slowDown(frame: ClientFrame): void {
    this.#excess += 1;
    this.#metrics.rateLimited.inc({ kind: 'frame' });
    if (this.#excess >= PACE.excessToClose) this.#connection.close(CLOSE.badFrame, 'too many frames');
    if (!('id' in frame)) return;
    const retryAfterMs = Math.ceil(1000 / PACE.perSecond);
    const message = 'Too many frames: please slow down.';
    this.#connection.send({ type: 'error', id: frame.id, code: 'RateLimited', message, retryAfterMs });
  }

  #typesAgain(): boolean {
    const now = performance.now();
    if (now - this.#typedAt < TYPING_EVERY_MS) return false;
    this.#typedAt = now;
    return true;
  }
}

const overtakes = ({ type }: ClientFrame): boolean => type === 'stop' || type === 'ping' || type === 'typing';

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
