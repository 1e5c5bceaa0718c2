import * as z from 'zod';
import { lasting, namedList } from './scalars.ts';

const text = (max: number) => z.string().max(max);
const replies = z.enum(['Always', 'Mention', 'Never']);

export const roomSchema = z.object({
  name: z
    .string()
    .min(1)
    .max(40)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/)
    .describe('Name of the room, part of its link.'),
  title: text(80).min(1).optional().describe('What people read; the name if not set.'),
  model: text(200).min(1).optional().describe('Model that answers here; chat.defaultModel if not set.'),
  systemPrompt: text(8_000)
    .optional()
    .describe('What the model is told before the conversation; chat.systemPrompt if not set.'),
  replies: replies.optional().describe('When the assistant answers here; chat.replies if not set.'),
});

/** Limits of many people together. */
function sharedLimits(byDefault: { messages: number; replies: number }) {
  return {
    messagesPerMinute: z.int().min(1).max(1_000_000).default(byDefault.messages).describe('Messages a minute.'),
    aiRepliesPerMinute: z
      .int()
      .min(1)
      .max(100_000)
      .default(byDefault.replies)
      .describe('Replies that they may ask of the assistant a minute.'),
  };
}

export const chatSchema = z
  .object({
    title: text(80)
      .min(1)
      .optional()
      .describe('Name of the chat as people read it; the name of the ChatApp if not set.'),
    defaultModel: text(200)
      .min(1)
      .optional()
      .describe('Model that answers unless a room names another; the first of ollama.models if not set.'),
    systemPrompt: text(8_000)
      .default('You are a helpful assistant in a group chat. Answer briefly and truthfully.')
      .describe('What the model is told before the conversation.'),
    contextMessages: z.int().min(1).max(200).default(20).describe('Messages of the room that a reply sees, at most.'),
    replies: replies
      .default('Always')
      .describe('When the assistant answers: to every message, when it is mentioned, or never.'),
    temperature: z.number().min(0).max(2).optional().describe("Randomness of replies; the model's own if not set."),
    maxTokens: z.int().min(1).max(32_768).default(512).describe('Tokens of a reply, at most.'),
    rooms: namedList(roomSchema, 50)
      .default([])
      .describe('Rooms that always exist; one named general if none is given.'),
    history: z
      .object({
        maxMessages: z
          .int()
          .min(100)
          .max(1_000_000)
          .default(10_000)
          .describe('Messages kept in a room, at least; older ones go.'),
        maxAge: lasting.default('365d').describe('Age after which messages go.'),
      })
      .prefault({})
      .describe('How much a room remembers.'),
    limits: z
      .object({
        messagesPerMinute: z.int().min(1).max(6_000).default(60).describe('Messages of one person a minute.'),
        aiRepliesPerMinute: z
          .int()
          .min(1)
          .max(600)
          .default(10)
          .describe('Replies that one person may ask of the assistant a minute.'),
        requestsPerMinute: z
          .int()
          .min(10)
          .max(60_000)
          .default(300)
          .describe('Calls of one person over REST a minute, beside the messages.'),
        perAddress: z
          .object({
            ...sharedLimits({ messages: 600, replies: 60 }),
            requestsPerMinute: z
              .int()
              .min(10)
              .max(1_000_000)
              .default(3_000)
              .describe('Calls over REST a minute, beside the messages.'),
          })
          .prefault({})
          .describe('All people from one address together.'),
        perRoom: z
          .object(sharedLimits({ messages: 1_200, replies: 60 }))
          .prefault({})
          .describe('All people in one room together.'),
        maxMessageBytes: z.int().min(100).max(32_768).default(8_192).describe('Bytes of one message.'),
        connectionsPerUser: z.int().min(1).max(100).default(10).describe('Connections of one person at a time.'),
        connectionsPerAddress: z
          .int()
          .min(1)
          .max(100_000)
          .default(200)
          .describe('Connections from one address at a time.'),
      })
      .prefault({})
      .describe('What one person, address or room may do.'),
    userRooms: z
      .object({
        creators: z
          .enum(['Everybody', 'Members', 'Admins', 'Nobody'])
          .default('Everybody')
          .describe(
            'Who may make rooms: everybody, those with an account that is no guest, administrators, or nobody. Two people can always write to one another.',
          ),
        maxRooms: z
          .int()
          .min(1)
          .max(5_000)
          .default(2_000)
          .describe('Rooms that people made, at most, with those of two people.'),
        maxPerPerson: z.int().min(1).max(1_000).default(20).describe('Rooms that one person moderates, at most.'),
      })
      .prefault({})
      .describe('Rooms that people make, beside chat.rooms.'),
    queue: z
      .object({
        maxWaiting: z
          .int()
          .min(1)
          .max(1_000)
          .default(50)
          .describe('Replies that may wait; further ones are refused with words.'),
        waitTimeout: lasting.default('5m').describe('How long a reply may wait before it is given up.'),
        replyTimeout: lasting.default('10m').describe('How long the model may work on one reply.'),
        firstTokenTimeout: lasting
          .optional()
          .describe(
            'How long the first token of a reply may take, with loading the model; queue.replyTimeout if not set.',
          ),
        tokenTimeout: lasting
          .default('2m')
          .describe('How long a model that has begun may say nothing before the reply is ended, with its text.'),
      })
      .prefault({})
      .describe('Replies that wait for the model.'),
  })
  .prefault({})
  .describe('What people see and may do.');
