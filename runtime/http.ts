/** Small requests with nothing but Node: what stands beside every model server should weigh little. */
import http from 'node:http';
import https from 'node:https';

export interface Question {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For https: connections that are kept, and whose certificates are trusted. */
  readonly agent?: https.Agent;
  /** Milliseconds until the whole answer must be there. */
  readonly withinMs?: number;
}

const ANSWER_WITHIN_MS = 10_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** The server answers, but with a status that is not 2xx. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
}

/** @throws AnswerError with the words of the answer; Error when nobody answers in time, or with more than 16 MiB */
export async function ask(url: string, question: Question): Promise<string> {
  const { method, headers = {}, body, agent, withinMs = ANSWER_WITHIN_MS } = question;
  const answered = Promise.withResolvers<http.IncomingMessage>();
  const options = { method, headers, signal: AbortSignal.timeout(withinMs) };
  const request = url.startsWith('https:')
    ? https.request(url, { ...options, ...(agent && { agent }) })
    : http.request(url, options);
  request.once('response', answered.resolve).once('error', answered.reject).end(body);
  const answer = await answered.promise;
  const text = await textOf(answer, MAX_ANSWER_BYTES);
  const { statusCode = 0 } = answer;
  if (statusCode < 200 || statusCode >= 300) {
    throw new AnswerError(`the answer is ${statusCode}: ${text.slice(0, 300)}`);
  }
  return text;
}

/** The body of a message. @throws Error when it is longer than allowed */
export async function textOf(message: http.IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw new Error(`the body is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
