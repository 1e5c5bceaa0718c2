/** Removes one model from one Ollama server. */
import { setTimeout as delay } from 'node:timers/promises';
import type { PullResult } from '../report.ts';
import { pullError } from './failure.ts';
import { ModelServer } from './server.ts';

export interface RemoveOptions {
  readonly url: string;
  /** The declared name, and the one it was pulled by: a puller that was stopped may have left that. */
  readonly names: readonly string[];
  readonly signal: AbortSignal;
}

/** A puller that is being stopped may bring the model once more: so long it must stay away. */
const AWAY_MS = 3000;
const LOOK_EVERY_MS = 500;

/** Never rejects: a failure is a result. */
export async function removeModel({ url, names, signal }: RemoveOptions): Promise<PullResult> {
  const server = new ModelServer(url, signal);
  try {
    await server.answers();
    for (let awayMs = 0; awayMs < AWAY_MS; awayMs += LOOK_EVERY_MS) {
      const found = await Promise.all(names.map((name) => server.find(name)));
      const there = names.filter((_, index) => found[index] !== undefined);
      if (there.length > 0) awayMs = 0;
      for (const name of there) await server.delete(name);
      await delay(LOOK_EVERY_MS, undefined, { signal });
    }
    return { ok: true, digest: '', sizeBytes: 0 };
  } catch (error) {
    const { reason, message } = pullError(signal.aborted ? signal.reason : error, url);
    return { ok: false, reason, message };
  }
}
