/** One request to pull, watched: ends with success, with an error of Ollama, or because nothing moved. */
import type { ProgressResponse } from 'ollama';
import { ollamaAt } from '../ai/ollama.ts';
import { PullError } from './failure.ts';
import type { Progress } from './progress.ts';

export interface AttemptOptions {
  readonly url: string;
  readonly model: string;
  readonly insecure: boolean;
  readonly stallSeconds: number;
  /** Ends the attempt from outside. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly onProgress: () => void;
}

/** @throws PullError with `Stalled`, whatever `fetch` throws, or an Error with the words of Ollama's error line */
export async function attemptPull(options: AttemptOptions): Promise<void> {
  const { url, model, insecure, stallSeconds, signal, progress, onProgress } = options;
  const stalled = new AbortController();
  const stall = (): void => stalled.abort(new PullError('Stalled', 'again', `No progress for ${stallSeconds} s.`));
  let timer = setTimeout(stall, stallSeconds * 1000);
  try {
    const client = ollamaAt(url, AbortSignal.any([signal, stalled.signal]));
    let last = '';
    for await (const line of await client.pull({ model, insecure, stream: true })) {
      if (isLayer(line)) progress.update(layerOf(line), Date.now());
      // Checking a large download is silent for minutes: from then on only the time for the whole pull counts.
      const checking = !isLayer(line) && !line.status.startsWith('pulling');
      const mark = `${line.status} ${progress.completedBytes}`;
      if (mark !== last || checking) clearTimeout(timer);
      if (mark !== last && !checking) timer = setTimeout(stall, stallSeconds * 1000);
      last = mark;
      onProgress();
    }
  } catch (error) {
    if (stalled.signal.aborted) throw stalled.signal.reason;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function isLayer(line: ProgressResponse): boolean {
  return typeof line.digest === 'string' && line.digest !== '';
}

/** Ollama leaves `total` and `completed` out where they are 0. */
function layerOf(line: Partial<ProgressResponse>): { digest: string; total: number; completed: number } {
  return { digest: line.digest ?? '', total: line.total ?? 0, completed: line.completed ?? 0 };
}
