/**
 * The `ollama` client with a fetch of our own. The client alone cannot be cancelled before the first token, and the usual
 * fetch gives up on a server that is silent for 300 s, which a big model on a busy machine may well be.
 */
import { Ollama } from 'ollama';
import { Agent, fetch as fetchWith } from 'undici';

/** What an Ollama that somebody else runs may ask of its clients. */
export interface OllamaAccess {
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string;
  /** PEM of the authority of its certificate, instead of the public ones. */
  readonly authority?: string;
}

const agentFor = ({ authority }: OllamaAccess): Agent =>
  new Agent({
    connect: { timeout: 5000, ...(authority !== undefined && { ca: authority }) },
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 4000,
    allowH2: false,
  });

let access: OllamaAccess = {};
let agent = agentFor(access);

/** Says once, as the process starts, how its Ollama servers are reached: a process knows those of one chat only. */
export function reachOllamaBy(wanted: OllamaAccess): void {
  access = wanted;
  agent = agentFor(wanted);
}

/** Sends a request with a body of JSON; it ends, also in mid-answer, when the signal does. */
export async function postToOllama(url: string, path: string, body: string, signal: AbortSignal): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...authorization() };
  const response = await fetchWith(new URL(path, url), { method: 'POST', body, headers, signal, dispatcher: agent });
  // Another copy of the same standard: undici's own types differ from the global ones in name only.
  return response as unknown as Response;
}

const authorization = (): Record<string, string> =>
  access.token === undefined ? {} : { authorization: `Bearer ${access.token}` };

/** A client for one purpose: every request of it ends when the signal does. It keeps nothing, so make one each time. */
export function ollamaAt(url: string, signal: AbortSignal): Ollama {
  const abortable = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const signals = init?.signal ? [signal, init.signal] : [signal];
    const { method, body, headers } = init ?? {};
    const response = await fetchWith(typeof input === 'string' || input instanceof URL ? input : input.url, {
      ...(method === undefined ? {} : { method }),
      ...(typeof body === 'string' ? { body } : {}),
      // A plain object, as the client gives it.
      headers: { ...(headers as Record<string, string> | undefined), ...authorization() },
      signal: AbortSignal.any(signals),
      dispatcher: agent,
    });
    return response as unknown as Response; // as above
  };
  return new Ollama({ host: url, fetch: abortable });
}
