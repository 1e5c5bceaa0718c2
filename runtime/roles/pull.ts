/** Makes one Ollama server have one model, and tells the operator. */
import { writeFile } from 'node:fs/promises';
import { reachOllamaBy } from '../ai/ollama.ts';
import { pullEnvironment, readEnvironment } from '../environment.ts';
import { log, wordsOf } from '../log.ts';
import { PullError } from '../pull/failure.ts';
import { Progress } from '../pull/progress.ts';
import { Puller } from '../pull/puller.ts';
import type { PullProgress } from '../report.ts';
import { inClusterTarget, ReportsConfigMap } from '../reports/config-map.ts';
import { Reporter } from '../reports/reporter.ts';
import { ollamaAccess } from './ollama-access.ts';

/** Ends the process: 0 when the model is there. */
export async function runPull(environment: NodeJS.ProcessEnv): Promise<void> {
  const settings = readEnvironment(pullEnvironment, environment);
  reachOllamaBy(await ollamaAccess(settings));
  const { REPORT_KEY: key } = settings;
  const target = inClusterTarget(settings);
  const reports = target && key !== undefined ? new ReportsConfigMap(target) : undefined;
  const reporter = new Reporter<PullProgress>(reports, key ?? '');
  const cancelled = new AbortController();
  // Ollama keeps what it has when its client goes away; the next pull goes on there.
  const cancel = (): void => cancelled.abort(new PullError('Cancelled', 'none', 'the puller was stopped'));
  process.once('SIGTERM', cancel).once('SIGINT', cancel);
  const puller = new Puller({
    url: settings.OLLAMA_URL,
    serverWaitSeconds: settings.SERVER_WAIT_SECONDS,
    model: settings.MODEL,
    source: settings.SOURCE,
    sourceAfterwards: settings.SOURCE_STAYS ? 'stays' : 'goes',
    insecure: settings.INSECURE,
    digest: settings.DIGEST,
    presence: settings.REFRESH ? 'look-again' : 'enough',
    agentURL: settings.AGENT_URL,
    pull: key ?? settings.MODEL,
    memoryLimitBytes: settings.MEMORY_LIMIT_BYTES,
    stallSeconds: settings.STALL_TIMEOUT_SECONDS,
    timeoutSeconds: settings.TIMEOUT_SECONDS,
    retries: settings.RETRIES,
    signal: cancelled.signal,
    onProgress: (progress) => reporter.report(progress),
  });
  // Whoever asks for the model meanwhile is told that it is on its way, from the beginning.
  reporter.report(new Progress(settings.MODEL).snapshot(Date.now()));
  const result = await puller.run();
  if (!result.ok) reporter.withdraw();
  await reporter.close();
  await writeFile(settings.TERMINATION_LOG, JSON.stringify(result)).catch((error: unknown) => {
    log.warn('the result cannot be written', { file: settings.TERMINATION_LOG, error: wordsOf(error) });
  });
  if (result.ok) log.info('the model is there', { model: settings.MODEL, digest: result.digest });
  else log.error('the pull failed', { model: settings.MODEL, reason: result.reason, error: result.message });
  process.exit(result.ok ? 0 : 1);
}
