/** Makes one Ollama server have a model no more. */
import { writeFile } from 'node:fs/promises';
import { reachOllamaBy } from '../ai/ollama.ts';
import { readEnvironment, removeEnvironment } from '../environment.ts';
import { log, wordsOf } from '../log.ts';
import { PullError } from '../pull/failure.ts';
import { removeModel } from '../pull/remover.ts';
import { ollamaAccess } from './ollama-access.ts';

/** Ends the process: 0 when the model is gone. */
export async function runRemove(environment: NodeJS.ProcessEnv): Promise<void> {
  const settings = readEnvironment(removeEnvironment, environment);
  reachOllamaBy(await ollamaAccess(settings));
  const { OLLAMA_URL: url, MODEL, SOURCE, TIMEOUT_SECONDS, TERMINATION_LOG } = settings;
  const ended = new AbortController();
  const cancel = (): void => ended.abort(new PullError('Cancelled', 'none', 'the removal was stopped'));
  process.once('SIGTERM', cancel).once('SIGINT', cancel);
  const late = new PullError('Timeout', 'none', `The model was not gone after ${TIMEOUT_SECONDS} s.`);
  setTimeout(() => ended.abort(late), TIMEOUT_SECONDS * 1000).unref();
  const names = SOURCE === undefined ? [MODEL] : [MODEL, SOURCE];
  const result = await removeModel({ url, names, signal: ended.signal });
  await writeFile(TERMINATION_LOG, JSON.stringify(result)).catch((error: unknown) => {
    log.warn('the result cannot be written', { file: TERMINATION_LOG, error: wordsOf(error) });
  });
  if (result.ok) log.info('the model is gone', { model: MODEL });
  else log.error('the removal failed', { model: MODEL, reason: result.reason, error: result.message });
  process.exit(result.ok ? 0 : 1);
}
