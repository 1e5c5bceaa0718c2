/**
 * A chat request to Ollama, read as it comes, with a time limit of its own for each phase. Nothing of a server's answer is
 * believed unread: text that is no JSON, or JSON of another shape, ends it with words and never reaches a log.
 */
import type { ChatRequest } from 'ollama';
import * as z from 'zod';
import { postToOllama } from './ollama.ts';

export interface StreamLimits {
  /** Milliseconds from the request to the first token; a model may have to be loaded in that time. */
  readonly firstTokenMs: number;
  /** Milliseconds from one token to the next. */
  readonly tokenMs: number;
}

const count = z.number().int().nonnegative().default(0);
const chunkSchema = z.object({
  message: z.object({ content: z.string().default(''), thinking: z.string().default('') }),
  done: z.boolean(),
  done_reason: z.string().optional(),
  prompt_eval_count: count,
  eval_count: count,
  /** Nanoseconds. */
  eval_duration: count,
});
const errorSchema = z.object({ error: z.string() });

export type Chunk = z.infer<typeof chunkSchema>;

/** The model was silent for too long. */
export class Silence extends Error {
  override readonly name = 'Silence';
  readonly phase: 'first-token' | 'token';

  constructor(phase: Silence['phase']) {
    super(phase === 'first-token' ? 'no first token in time' : 'no further token in time');
    this.phase = phase;
  }
}

/** What came is not what an Ollama says. */
export class Garbled extends Error {
  override readonly name = 'Garbled';
}

/** A token is some bytes; a server that never ends its line would otherwise fill the memory. */
const LONGEST_LINE = 1024 * 1024;

/**
 * @param server base URL of the Ollama server
 * @param signal ends the request at once
 * @throws Silence, Garbled, an Error with `status_code` for a refusal, one in the words of Ollama when the model fails, or what fetch throws
 */
export async function* streamChat(
  server: string,
  request: Omit<ChatRequest, 'stream'>,
  limits: StreamLimits,
  signal: AbortSignal,
): AsyncGenerator<Chunk, void, undefined> {
  const silent = new AbortController();
  const within = (phase: Silence['phase'], ms: number): NodeJS.Timeout =>
    setTimeout(() => silent.abort(new Silence(phase)), ms);
  let timer = within('first-token', limits.firstTokenMs);
  try {
    const body = JSON.stringify({ ...request, stream: true });
    const response = await postToOllama(server, '/api/chat', body, AbortSignal.any([signal, silent.signal]));
    if (!response.ok) throw await refusal(response);
    for await (const line of linesOf(response)) {
      const chunk = parseChunk(line);
      if (chunk.message.content !== '' || chunk.message.thinking !== '') {
        clearTimeout(timer);
        timer = within('token', limits.tokenMs);
      }
      yield chunk;
      if (chunk.done) return;
    }
    throw new Garbled('the answer ends before its end');
  } catch (error) {
    throw silent.signal.aborted && !signal.aborted ? silent.signal.reason : error;
  } finally {
    clearTimeout(timer);
    // Whoever reads no further wants no more: the model stops.
    silent.abort(new Silence('token'));
  }
}

function parseChunk(line: string): Chunk {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Garbled('a line is not JSON');
  }
  const failed = errorSchema.safeParse(value);
  if (failed.success) throw new Error(failed.data.error);
  const chunk = chunkSchema.safeParse(value);
  if (!chunk.success) throw new Garbled('a line has another shape');
  return chunk.data;
}

async function* linesOf({ body }: Response): AsyncGenerator<string, void, undefined> {
  if (body === null) return;
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body as unknown as AsyncIterable<Uint8Array>) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) throw new Garbled('a line has no end');
    yield* lines.filter((line) => line.trim() !== '');
  }
  if (rest.trim() !== '') yield rest;
}

async function refusal(response: Response): Promise<Error> {
  const text = (await response.text()).slice(0, 1000);
  let words = `HTTP ${response.status}`;
  try {
    words = errorSchema.parse(JSON.parse(text)).error;
  } catch {
    // Something in front of Ollama answers.
  }
  return Object.assign(new Error(words), { status_code: response.status });
}
