/** Settings of a request to Ollama. */
import type { Options } from 'ollama';
import type { RuntimeConfig } from '../config.ts';
import { withTag } from './models.ts';

type Declared = RuntimeConfig['ollama']['models'][number];

function declared({ ollama }: RuntimeConfig, model: string): Declared | undefined {
  return ollama.models.find(({ name }) => withTag(name) === withTag(model));
}

/** Context length of a model, in tokens. */
export function contextLengthOf(config: RuntimeConfig, model: string): number {
  return declared(config, model)?.numCtx ?? config.ollama.contextLength;
}

/** How long a model stays loaded after a request. */
export function keepAliveOf(config: RuntimeConfig, model: string): string {
  return declared(config, model)?.keepAlive ?? config.ollama.keepAlive;
}

/** What decides how a model is loaded: other ones load it anew, so every request has the same. An external server chooses its threads. */
export function loadOptions(config: RuntimeConfig, model: string): { num_ctx: number; num_thread?: number } {
  const numThread = declared(config, model)?.numThread ?? config.ollama.numThread;
  return { num_ctx: contextLengthOf(config, model), ...(numThread !== undefined && { num_thread: numThread }) };
}

/** How the next token is chosen; what is not said is up to the model. */
export function samplingOptions(config: RuntimeConfig, model: string): Partial<Options> {
  const { temperature = config.assistant.temperature, topK, topP, seed } = declared(config, model) ?? {};
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topK !== undefined && { top_k: topK }),
    ...(topP !== undefined && { top_p: topP }),
    ...(seed !== undefined && { seed }),
  };
}
