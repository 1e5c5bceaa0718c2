import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureModelStore } from './model.ts';
import { ensureOllama } from './ollama-program.ts';
import { serveOllama } from './serve.ts';

export { testModel } from './model.ts';

export interface OllamaOptions {
  /** What is there at the start; default: the test model. */
  readonly models?: 'test model' | 'none';
  /** Where they are, such as a small volume; default: a folder of its own, which is removed at the end. */
  readonly folder?: string;
  /** How many chats one model answers at once (OLLAMA_NUM_PARALLEL); default 4. */
  readonly parallel?: number;
  /** More of its environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A real Ollama server on loopback with a model folder of its own. */
export interface OllamaServer {
  /** `http://127.0.0.1:PORT`; stays the same over restarts. */
  readonly url: string;
  readonly pid: number;
  /** The folder of its models, for tests that spoil files. */
  readonly models: string;
  /** Ends it; its models stay, and `restart` has it back. */
  down(signal?: NodeJS.Signals): Promise<void>;
  /** Ends it (default SIGTERM) if it runs, and starts it anew with the same models. */
  restart(signal?: NodeJS.Signals): Promise<void>;
  /** Ends it and removes its models. */
  stop(): Promise<void>;
}

/** Starts an Ollama server; some 200 ms once program and model are in the cache. */
export async function startOllama(options: OllamaOptions = {}): Promise<OllamaServer> {
  const program = await ensureOllama();
  const models = options.folder ?? fs.mkdtempSync(path.join(os.tmpdir(), 'chatapp-models-'));
  if (options.models !== 'none') fs.cpSync(await ensureModelStore(), models, { recursive: true });
  const env = { OLLAMA_NUM_PARALLEL: String(options.parallel ?? 4), ...options.env };
  let server = await serveOllama(program, models, env);
  const { url } = server;
  return {
    url,
    get pid() {
      return server.pid;
    },
    models,
    async down(signal) {
      await server.stop(signal);
    },
    async restart(signal) {
      await server.stop(signal);
      server = await serveOllama(program, models, env, Number(new URL(url).port));
    },
    async stop() {
      await server.stop();
      if (options.folder === undefined) fs.rmSync(models, { recursive: true, force: true });
    },
  };
}
