/** Asks a model one short synthetic question and measures the time to its first word. Nothing of it reaches a room. */
import type { RuntimeConfig } from '../config.ts';
import { wordsOf } from '../log.ts';
import type { ProbeReport } from '../report.ts';
import { keepAliveOf, loadOptions } from './model-options.ts';
import { ollamaAt } from './ollama.ts';

const QUESTION = 'Answer with one word: yes.';

/**
 * @param server base URL of the Ollama server
 * @param signal cuts it short: then nothing was learned
 * @returns nothing when it was cut short
 */
export async function probe(
  config: RuntimeConfig,
  model: string,
  server: string,
  signal: AbortSignal,
): Promise<ProbeReport | undefined> {
  const time = new Date().toISOString();
  const start = performance.now();
  const seconds = (): number => Math.round(performance.now() - start) / 1000;
  const { replyTimeoutSeconds } = config.queue;
  const late = AbortSignal.timeout(replyTimeoutSeconds * 1000);
  try {
    const chunks = await ollamaAt(server, AbortSignal.any([signal, late])).chat({
      model,
      messages: [{ role: 'user', content: QUESTION }],
      stream: true,
      keep_alive: keepAliveOf(config, model),
      options: { ...loadOptions(config, model), num_predict: 1, temperature: 0 },
    });
    let firstTokenSeconds: number | undefined;
    for await (const { message } of chunks) if (message.content !== '') firstTokenSeconds ??= seconds();
    if (firstTokenSeconds !== undefined) return { time, ok: true, firstTokenSeconds };
    return { time, ok: false, firstTokenSeconds: seconds(), message: 'the model answered without a word' };
  } catch (error) {
    if (signal.aborted) return undefined;
    const words = late.aborted ? `no word within ${replyTimeoutSeconds} s` : wordsOf(error);
    return { time, ok: false, firstTokenSeconds: seconds(), message: words.slice(0, 1_000) };
  }
}
