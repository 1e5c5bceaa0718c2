/** Does what a backend does at its start, up to the moment when people would come, and tells the operator how it went. */
import { writeFile } from 'node:fs/promises';
import { backendEnvironment, preflightEnvironment, readEnvironment } from '../environment.ts';
import { log, wordsOf } from '../log.ts';
import type { PreflightResult } from '../report.ts';
import { checkVersions } from '../store/redis/check.ts';
import { PROGRAM_VERSION } from '../version.ts';
import { readConfig } from './config-file.ts';
import { redisAddress } from './redis-address.ts';

async function attempt(environment: NodeJS.ProcessEnv, withinMs: number): Promise<PreflightResult> {
  try {
    const settings = readEnvironment(backendEnvironment, environment);
    await readConfig(settings.CHATAPP_CONFIG);
    await checkVersions(await redisAddress(settings), withinMs);
    return { ok: true, version: PROGRAM_VERSION };
  } catch (error) {
    return { ok: false, message: wordsOf(error) };
  }
}

/** Ends the process: 0 when a backend with this environment would work. */
export async function runPreflight(environment: NodeJS.ProcessEnv): Promise<void> {
  const settings = readEnvironment(preflightEnvironment, environment);
  const result = await attempt(environment, settings.PREFLIGHT_SECONDS * 1_000);
  await writeFile(settings.TERMINATION_LOG, JSON.stringify(result)).catch((error: unknown) => {
    log.warn('the result cannot be written', { file: settings.TERMINATION_LOG, error: wordsOf(error) });
  });
  if (result.ok) log.info('a backend would work', { version: result.version });
  else log.error('a backend would not work', { error: result.message });
  process.exit(result.ok ? 0 : 1);
}
