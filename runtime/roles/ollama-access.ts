import type * as z from 'zod';
import type { OllamaAccess } from '../ai/ollama.ts';
import type { ollamaEnvironment } from '../environment.ts';
import { authorityOf } from './authority.ts';

/** How Ollama is reached, from the environment of the process. @throws UsageError */
export async function ollamaAccess(settings: z.infer<typeof ollamaEnvironment>): Promise<OllamaAccess> {
  const { OLLAMA_TOKEN: token } = settings;
  const authority = await authorityOf(settings, 'OLLAMA_CA_FILE');
  return {
    // A Secret made from a file often ends in a line break.
    ...(token !== undefined && { token: token.trim() }),
    ...(authority !== undefined && { authority }),
  };
}
