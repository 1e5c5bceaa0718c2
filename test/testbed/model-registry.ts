import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { goBinary, modelRegistryProgram } from './go-binary.ts';
import { ensureRegistryContents } from './model.ts';
import { serveModels } from './serve.ts';

/** What goes wrong on purpose; all left out: nothing does. */
export interface RegistryFaults {
  /** Bytes a second for all reads of blobs together. */
  readonly rate?: number;
  /** Each read of a blob breaks off after so many bytes. */
  readonly cut?: number;
  /** The first byte of each blob of at least so many bytes is wrong. */
  readonly corrupt?: number;
  /** The HTTP status of every answer. */
  readonly status?: number;
  /** The HTTP status of every answer to a read of a blob. */
  readonly blobStatus?: number;
}

/** A model registry on loopback that holds the test model. Pull from it with `insecure`. */
export interface ModelRegistry {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** `127.0.0.1:PORT`, as `spec.ollama.pull.registry` takes it: the model is `HOST/library/smollm2:135m`. */
  readonly host: string;
  setFaults(faults: RegistryFaults): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a model registry; some 100 ms once its contents are in the cache. */
export async function startModelRegistry(): Promise<ModelRegistry> {
  const program = await goBinary(modelRegistryProgram);
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'chatapp-registry-'));
  fs.cpSync(await ensureRegistryContents(), root, { recursive: true });
  const server = await serveModels(program, root);
  return {
    url: server.url,
    host: server.host,
    async setFaults(faults) {
      const query = Object.entries(faults).map(([name, value]) => `${name.toLowerCase()}=${String(value)}`);
      const answer = await fetch(`${server.url}/_ctl?${query.join('&')}`, { method: 'PUT' });
      if (!answer.ok) throw new Error(`the model registry answers ${answer.status} to a change of faults`);
    },
    async stop() {
      await server.stop();
      fs.rmSync(root, { recursive: true, force: true });
    },
  };
}
