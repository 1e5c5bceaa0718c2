/** English, and with it the shape of every catalogue. Functions where a sentence has parts; no markup. */
import type { RunReason } from '../../runtime/protocol/entries.ts';

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

function ordinal(number: number): string {
  const suffix = { one: 'st', two: 'nd', few: 'rd', other: 'th', zero: 'th', many: 'th' };
  return `${number}${suffix[new Intl.PluralRules('en', { type: 'ordinal' }).select(number)]}`;
}

const reasons: Record<RunReason, string> = {
  ModelNotReady: 'The model is still being prepared. Try again in a few minutes.',
  ModelUnavailable: 'The assistant is away right now. Try again in a moment.',
  ModelTooLarge: 'The model needs more memory than its server has. Tell whoever runs this chat.',
  ModelError: 'The model could not finish this reply.',
  QueueFull: 'Too many people are waiting for the assistant. Try again in a minute.',
  WaitTimeout: 'The assistant was busy for too long.',
  ReplyTimeout: 'The reply took too long and was ended.',
  OwnerLost: 'The server that wrote this reply went away.',
};

export const en = {
  loading: 'Loading…',
  retry: 'Retry',
  reload: 'Reload',
  dismiss: 'Dismiss',
  close: 'Close',
  cancel: 'Cancel',
  seconds: (value: string) => `${value} s`,
  roughly: {
    seconds: (count: number) => `about ${count} s`,
    minutes: (count: number) => `about ${count} min`,
    hours: (count: number) => `about ${plural(count, 'hour', 'hours')}`,
  },

  entry: {
    heading: (title: string) => `Welcome to ${title}`,
    lead: (assistant: string) => `Talk with everyone here, and with ${assistant}.`,
    leadWithout: 'Talk with everyone here.',
    name: 'Your name',
    join: 'Join',
    joining: 'Joining…',
    hint: 'Up to 40 characters. Others see it beside your messages.',
    needed: 'Please write a name.',
    refused: 'This name cannot be had. Please choose another one.',
    sessionEnded: 'Your visit ended. Enter your name to come back.',
  },

  unavailable: {
    heading: 'The chat is not reachable',
    lead: 'It may be restarting, or your network is away. Nothing you wrote is lost.',
    again: (seconds: number) => `Trying again in ${seconds} s`,
    trying: 'Trying now…',
    now: 'Try now',
  },

  rooms: {
    label: 'Rooms',
    open: 'Show rooms',
    missing: (room: string) => `There is no room “${room}”.`,
    back: 'Go to the first room',
  },

  people: {
    label: 'People here',
    count: (count: number) => plural(count, 'person here', 'people here'),
    you: 'you',
    nobody: 'Nobody is here yet.',
  },

  menu: {
    open: (name: string) => `Menu of ${name}`,
    theme: 'Theme',
    system: 'System',
    light: 'Light',
    dark: 'Dark',
    language: 'Language',
    leave: 'Leave the chat',
  },

  shortcuts: {
    title: 'Keyboard shortcuts',
    send: 'Send the message',
    line: 'Start a new line',
    stop: 'Stop the reply',
    messages: 'Go from message to message, in the list of messages',
    ends: 'First and last message shown',
    editLast: 'Edit your last message, when the field is empty',
    mention: 'Mention somebody',
    onMessage: 'On a message',
    menu: 'Show what can be done with it',
    reply: 'Reply to it',
    react: 'React to it',
    edit: 'Edit it',
    copy: 'Copy its text',
    delete: 'Delete it',
    cancel: 'Stop editing or replying',
    sheet: 'Show this list',
  },

  connection: {
    connected: 'Connected',
    connecting: 'Connecting…',
    waiting: (seconds: number) => `Reconnecting in ${seconds} s`,
    offline: 'Offline',
    ended: 'Disconnected',
    server: (server: string) => `Connected to ${server}`,
    tryNow: 'Try now',
    lostSpoken: 'Connection lost. Reconnecting.',
    backSpoken: 'Connected again.',
    keepsMessages: 'What you send goes out when the connection is back.',
    tooMany: 'The chat is open in too many places. Close one, then try again.',
    refused: 'The server ended the connection. Reload the page.',
  },

  transcript: {
    label: (room: string) => `Messages in ${room}`,
    loading: 'Loading messages…',
    loadingOlder: 'Loading earlier messages…',
    beginning: (room: string) => `This is the beginning of ${room}`,
    emptyAlways: (assistant: string) => `Say hello. ${assistant} answers everyone here.`,
    emptyMention: (assistant: string) => `Say hello. Write @${assistant} to ask ${assistant}.`,
    emptyNever: 'Say hello to everyone here.',
    newest: 'Jump to newest',
    unread: 'New',
    jumpToUnread: 'Jump to first new message',
    going: 'Going to the message…',
    notFound: 'That message is no longer in the history.',
    away: 'The message cannot be shown without a connection.',
    newMessages: (count: number) => plural(count, 'new message', 'new messages'),
    today: 'Today',
    yesterday: 'Yesterday',
    typing: (names: readonly string[]) =>
      names.length === 1
        ? `${names[0] ?? ''} is writing…`
        : names.length === 2
          ? `${names[0] ?? ''} and ${names[1] ?? ''} are writing…`
          : 'Several people are writing…',
  },

  message: {
    label: (author: string, time: string) => `${author}, ${time}`,
    you: 'You',
    deleted: 'This message was deleted.',
    edited: 'edited',
    actions: 'Message actions',
    react: 'React',
    reply: 'Reply',
    copy: 'Copy text',
    copied: 'Copied',
    edit: 'Edit',
    again: 'Answer again',
    delete: 'Delete',
    moreEmoji: 'More reactions',
    reactions: 'Reactions',
    others: (count: number) => plural(count, 'other person', 'other people'),
    inReplyTo: 'In reply to',
    jumpToQuoted: 'Show the message',
    quoteEarlier: 'An earlier message',
    mentionsYou: 'mentions you',
    deleteHeading: 'Delete this message?',
    deleteLead: 'It is erased for everyone. Nobody can bring it back.',
    notSaved: 'That did not reach the chat: there is no connection. Please try again.',
    sending: 'Sending…',
    waiting: 'Waits for the connection',
    refused: (why: string) => `Not sent. ${why}`,
    old: 'Not sent for a long time. Send it now?',
    sendAgain: 'Send again',
    send: 'Send',
    discard: 'Discard',
  },

  reply: {
    label: (assistant: string, time: string, state: string) =>
      `${assistant}, ${time}${state === '' ? '' : `, ${state}`}`,
    thinking: 'Thinking…',
    place: (place: number) => (place === 1 ? 'Next in line' : `${ordinal(place)} in line`),
    waking: (span: string | undefined) => `Waking the model…${span === undefined ? '' : ` usually ${span}`}`,
    pulled: (model: string, percent: string, span: string | undefined) =>
      `${model} is being pulled: ${percent}${span === undefined ? '' : `, ${span}`}`,
    writing: 'writing',
    waiting: 'waiting',
    stop: 'Stop',
    stopping: 'Stopping…',
    done: '',
    stopped: 'Stopped',
    interrupted: 'Interrupted',
    failed: 'Failed',
    refused: 'Not answered',
    reasons,
    interruptedWhy: 'The reply was cut off; what was written is kept.',
    failedWhy: 'Something went wrong with this reply.',
    speed: (tokensPerSecond: string) => `${tokensPerSecond} tokens/s`,
    firstToken: (seconds: string) => `first token after ${seconds}`,
    waited: (seconds: string) => `waited ${seconds}`,
    writingSpoken: (assistant: string) => `${assistant} is writing…`,
    doneSpoken: (assistant: string, text: string) => `${assistant}: ${text}`,
  },

  composer: {
    label: 'Message',
    send: 'Send',
    placeholder: (room: string) => `Write to ${room}`,
    mention: (assistant: string) => `@${assistant} asks the assistant`,
    hint: 'Enter sends, Shift + Enter starts a new line',
    editing: 'Editing your message',
    replyingTo: (name: string) => `Replying to ${name}`,
    save: 'Save',
    saving: 'Saving…',
    mentions: 'People to mention',
    mentionCount: (count: number) => `${plural(count, 'name', 'names')}. Arrow keys choose, Enter takes it.`,
    assistant: 'the assistant',
    tooLong: (bytes: string, limit: string) => `Too long: ${bytes} of ${limit} bytes.`,
  },

  emoji: {
    label: 'Reactions to choose from',
    faces: 'Faces',
    gestures: 'People and gestures',
    signs: 'Hearts and signs',
    things: 'Things',
  },

  code: {
    copy: 'Copy',
    copied: 'Copied',
    failed: 'Copying is not possible here',
    plain: 'Code',
  },
  table: 'Table',
  image: (description: string) => (description === '' ? 'Image' : `Image: ${description}`),

  update: 'A new version is ready.',
  partMissing: 'A part of the page could not be loaded.',
};

export type Catalogue = typeof en;
