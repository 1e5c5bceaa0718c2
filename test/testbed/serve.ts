import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startChild } from './child.ts';
import { freePort } from './port.ts';
import { until } from './wait.ts';

/** A server process on loopback. */
export interface Served {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly pid: number;
  /** A folder of its own, removed when it stops; its log is there. */
  readonly home: string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

async function serve(
  name: string,
  program: string,
  command: (host: string, home: string) => { args: readonly string[]; env?: NodeJS.ProcessEnv },
  readyPath: string,
  port: number | undefined,
): Promise<Served> {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), `chatapp-${name}-`));
  const host = `127.0.0.1:${port ?? (await freePort())}`;
  const url = `http://${host}`;
  const { args, env } = command(host, home);
  const child = await startChild({
    name,
    program,
    args,
    env: { ...process.env, ...env },
    logFile: path.join(home, `${name}.log`),
  });
  const stop = async (signal?: NodeJS.Signals): Promise<void> => {
    await child.stop(signal);
    fs.rmSync(home, { recursive: true, force: true });
  };
  try {
    await until(`${name} answers`, async () => (await fetch(`${url}${readyPath}`)).ok, {
      timeout: 60_000,
      every: 20,
      hopeless: () => child.ended(),
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, host, pid: child.pid, home, stop };
}

/** Runs `ollama serve` over a folder of models. */
export function serveOllama(
  program: string,
  models: string,
  env: NodeJS.ProcessEnv = {},
  port?: number,
): Promise<Served> {
  const command = (host: string, home: string): { args: readonly string[]; env: NodeJS.ProcessEnv } => ({
    args: ['serve'],
    // NOPRUNE: a pull that was broken off goes on after a restart. NO_CLOUD: nothing here may ask the internet.
    env: { HOME: home, OLLAMA_HOST: host, OLLAMA_MODELS: models, OLLAMA_NO_CLOUD: '1', OLLAMA_NOPRUNE: '1', ...env },
  });
  return serve('ollama', program, command, '/api/version', port);
}

/** Runs the model registry over a folder that it may write to. */
export function serveModels(program: string, root: string): Promise<Served> {
  const command = (host: string): { args: readonly string[] } => ({ args: ['-addr', host, '-root', root] });
  return serve('model-registry', program, command, '/v2/', undefined);
}
