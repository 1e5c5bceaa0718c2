import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Ollama } from 'ollama';
import type { OllamaServer } from './ollama.ts';
import { testModel } from './ollama.ts';

/**
 * Gives a server a second model: the test model with another name in its weights. A mere copy would not do, because Ollama
 * loads models of the same weights once.
 */
export async function addTwinModel(server: OllamaServer, name: string): Promise<void> {
  const blobs = fs
    .readdirSync(path.join(server.models, 'blobs'))
    .map((file) => path.join(server.models, 'blobs', file));
  const [largest] = blobs.toSorted((a, b) => fs.statSync(b).size - fs.statSync(a).size);
  const weights = fs.readFileSync(largest!);
  const key = 'general.name';
  // The key, the type of its value (4 bytes), the length of the text (8 bytes), the text.
  const text = weights.indexOf(key) + key.length + 12;
  weights[text] = name.charCodeAt(0);
  const digest = `sha256:${createHash('sha256').update(weights).digest('hex')}`;
  const answer = await fetch(`${server.url}/api/blobs/${digest}`, { method: 'POST', body: weights });
  if (!answer.ok) throw new Error(`Ollama answers ${answer.status} to the weights of ${name}`);
  const client = new Ollama({ host: server.url });
  const { template } = await client.show({ model: testModel });
  const parameters = { stop: ['<|im_start|>', '<|im_end|>'], num_thread: 1 };
  await client.create({ model: name, files: { 'twin.gguf': digest }, template, parameters } as never);
}
