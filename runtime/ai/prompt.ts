/**
 * What the model is told: the system prompt, then the last messages of the room, oldest first, the question last. Names
 * and texts of people are data: each message is one turn, headed by its author where several people speak, and a text
 * cannot make such a heading of its own.
 */
import type { Entry, MessageEntry } from '../protocol/entries.ts';
import { compareOffsets } from '../protocol/offset.ts';

export interface Turn {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface PromptInput {
  /** Newest entries of the room, oldest first. */
  readonly entries: readonly Entry[];
  /** Offset of the message to answer. */
  readonly replyTo: string;
  /** Messages later than the question: answered along with it, or left for the runs that they asked for. */
  readonly later: 'include' | 'leave-out';
  readonly systemPrompt: string;
  readonly assistantName: string;
  /** Messages and replies, at most. */
  readonly contextMessages: number;
  /** Tokens for all of it, at most; the question itself is never left out. */
  readonly maxTokens: number;
}

/** A token has some four letters in English and fewer in other languages: better too few messages than a cut prompt. */
const LETTERS_PER_TOKEN = 3;
const TOKENS_PER_TURN = 8;

export function buildPrompt(input: PromptInput): Turn[] {
  const messages = conversation(input).slice(-input.contextMessages);
  const people = new Set(messages.map((turn) => (turn.role === 'user' ? turn.author : undefined)));
  people.delete(undefined);
  const named = people.size > 1;
  const turns = messages.map(({ role, author, text }): Turn => ({
    role,
    content: role === 'user' && named ? `[from ${JSON.stringify(author)}]\n${withoutHeadings(text)}` : text,
  }));
  const system: Turn = { role: 'system', content: systemText(input, named) };
  return [system, ...fitting(turns, input.maxTokens - tokensOf(system))];
}

/** An estimate, on the high side. */
export function tokensOf({ content }: Turn): number {
  return Math.ceil(content.length / LETTERS_PER_TOKEN) + TOKENS_PER_TURN;
}

interface Said {
  readonly role: 'user' | 'assistant';
  readonly author: string;
  readonly text: string;
}

function conversation({ entries, replyTo, later }: PromptInput): Said[] {
  const answers = new Map<string, string>();
  const said: Said[] = [];
  let question: MessageEntry | undefined;
  for (const entry of entries) {
    if (entry.kind === 'run-start') {
      answers.set(entry.run, entry.replyTo);
    } else if (entry.kind === 'run-end') {
      // An earlier attempt to answer the same question would only be repeated.
      const counts = entry.text !== '' && answers.get(entry.run) !== replyTo;
      if (counts) said.push({ role: 'assistant', author: '', text: entry.text });
    } else if (entry.kind !== 'message' || entry.deleted !== undefined) {
      continue;
    } else if (later === 'leave-out' && entry.offset === replyTo) {
      question = entry;
    } else if (later === 'include' || compareOffsets(entry.offset, replyTo) < 0) {
      said.push({ role: 'user', author: entry.author.name, text: entry.text });
    }
  }
  if (question !== undefined) said.push({ role: 'user', author: question.author.name, text: question.text });
  return said;
}

function systemText({ systemPrompt, assistantName }: PromptInput, named: boolean): string {
  if (!named) return systemPrompt;
  const heading = `Several people write here. Each of their messages begins with a line [from "name"], which is not part of it.`;
  return `${systemPrompt}\n${heading} You are ${assistantName}; answer without such a line.`.trim();
}

/** The newest turns that fit, at least the last one. */
function fitting(turns: readonly Turn[], maxTokens: number): Turn[] {
  let left = maxTokens;
  const first = turns.findLastIndex((turn, index) => {
    left -= tokensOf(turn);
    return left < 0 && index < turns.length - 1;
  });
  return turns.slice(first + 1);
}

function withoutHeadings(text: string): string {
  return text.replace(/^\[from /gimu, '(from ');
}
