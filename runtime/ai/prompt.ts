/**
 * What the model is told: the system prompt, then the last messages of the room, oldest first, the question last. Names
 * and texts of people are data: each message is one turn, headed by its author where several people speak, and a text
 * cannot make such a heading of its own.
 */
import type { Entry, MessageEntry, RunStartEntry } from '../protocol/entries.ts';
import { compareOffsets } from '../protocol/offset.ts';
import { joinedText } from './answers.ts';

export interface Turn {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface PromptInput {
  /** Entries of the room, oldest first. */
  readonly entries: readonly Entry[];
  /** What was written of the reply to the question, to go on with. */
  readonly written?: string;
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
  if (input.written !== undefined) turns.push(...goingOn(input.written, input.maxTokens));
  const system: Turn = { role: 'system', content: systemText(input, named) };
  const kept = input.written === undefined ? 1 : 2;
  return [system, ...fitting(turns, input.maxTokens - tokensOf(system), kept)];
}

/** An estimate, on the high side. */
export function tokensOf({ content }: Turn): number {
  return Math.ceil(content.length / LETTERS_PER_TOKEN) + TOKENS_PER_TURN;
}

interface Said {
  readonly role: 'user' | 'assistant';
  readonly author: string;
  text: string;
}

/** Asks for the rest of a reply; of a long one its end is enough to go on. */
function goingOn(written: string, maxTokens: number): Turn[] {
  return [
    { role: 'assistant', content: written.slice(-Math.floor((maxTokens * LETTERS_PER_TOKEN) / 2)) },
    { role: 'user', content: 'Go on exactly where your last message broke off. Repeat nothing of it.' },
  ];
}

function conversation({ entries, replyTo, later }: PromptInput): Said[] {
  const starts = new Map<string, RunStartEntry>();
  const latest = new Map<string, Said>();
  const said: Said[] = [];
  let question: MessageEntry | undefined;
  for (const entry of entries) {
    if (entry.kind === 'run-start') {
      starts.set(entry.run, entry);
    } else if (entry.kind === 'run-end') {
      const start = starts.get(entry.run);
      // An earlier attempt to answer the same question would only be repeated, and replies to later ones mean nothing yet.
      const isOther = start?.replyTo === replyTo || (later === 'leave-out' && isAfter(start?.replyTo, replyTo));
      if (entry.text === '' || isOther) continue;
      const earlier = start === undefined ? undefined : latest.get(start.replyTo);
      if (earlier !== undefined && start?.continues !== undefined) {
        earlier.text = joinedText(earlier.text, entry.text);
        continue;
      }
      // Of several replies to one message the last one stands.
      if (earlier !== undefined) said.splice(said.indexOf(earlier), 1);
      const reply: Said = { role: 'assistant', author: '', text: entry.text };
      if (start !== undefined) latest.set(start.replyTo, reply);
      said.push(reply);
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

const isAfter = (offset: string | undefined, other: string): boolean =>
  offset !== undefined && compareOffsets(offset, other) > 0;

function systemText({ systemPrompt, assistantName }: PromptInput, named: boolean): string {
  if (!named) return systemPrompt;
  const heading = `Several people write here. Each of their messages begins with a line [from "name"], which is not part of it.`;
  return `${systemPrompt}\n${heading} You are ${assistantName}; answer without such a line.`.trim();
}

/** The newest turns that fit, at least so many. */
function fitting(turns: readonly Turn[], maxTokens: number, atLeast: number): Turn[] {
  let left = maxTokens;
  const first = turns.findLastIndex((turn, index) => {
    left -= tokensOf(turn);
    return left < 0 && index < turns.length - atLeast;
  });
  return turns.slice(first + 1);
}

function withoutHeadings(text: string): string {
  return text.replace(/^\[from /gimu, '(from ');
}
