/** English, and with it the shape of every catalogue. Functions where a sentence has parts; no markup. */
import type { RunReason } from '../../runtime/protocol/entries.ts';
import { admin, settings } from './en-moderation.ts';
import { entry } from './entry/en.ts';
import { refusals } from './refusals/en.ts';

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
  ConnectTimeout: 'The model server could not be reached in time.',
  FirstTokenTimeout: 'The model did not begin to answer in time.',
  TokenTimeout: 'The model stopped in the middle of its reply.',
  ModelGarbled: 'The model server answered something that cannot be read.',
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

  entry,

  unavailable: {
    heading: 'The chat is not reachable',
    lead: 'It may be restarting, or your network is away. Nothing you wrote is lost.',
    again: (seconds: number) => `Trying again in ${seconds} s`,
    trying: 'Trying now…',
    now: 'Try now',
  },

  refusals,

  account: {
    title: 'Your account',
    password: 'Change the password',
    current: 'Present password',
    next: 'New password',
    change: 'Change it',
    changed: 'The password is changed. You are signed out everywhere else.',
    sessions: 'Where you are signed in',
    here: 'Here',
    unknown: 'An unknown device',
    end: 'Sign out there',
    endAll: 'Sign out everywhere',
    remove: 'Delete the account',
    removeLead: 'This cannot be undone. Your messages stay under your name.',
    removeNow: 'Delete my account',
  },

  admin,
  settings,

  room: {
    menu: 'About this room',
    search: 'Search in this room',
    exportMarkdown: 'Save as text (Markdown)',
    exportJson: 'Save as data (JSON)',
    details: 'People and settings',
  },

  search: {
    label: (room: string) => `Search in ${room}`,
    hint: 'All words have to be in the message; case and accents do not matter.',
    searching: 'Searching…',
    count: (count: number, room: string, more: boolean) =>
      `${plural(count, 'message', 'messages')} in ${room}${more ? ' so far' : ''}, newest first`,
    none: (room: string) => `No message in ${room} has all of these words.`,
    noneYet: (room: string) => `None in the newer part of ${room}.`,
    older: 'Search further back',
  },

  newRoom: {
    title: 'A new room',
    name: 'Name of the room',
    kind: 'Who sees it',
    public: 'Everyone in this chat',
    private: 'Only people invited',
    invite: 'Invite',
    nobody: 'Nobody else is here right now.',
    make: 'Make the room',
  },

  rooms: {
    make: 'Make a room',
    direct: 'Direct messages',
    private: 'private',
    locked: 'locked',
    label: 'Rooms',
    open: 'Show rooms',
    missing: (room: string) => `There is no room “${room}”.`,
    back: 'Go to the first room',
    again: 'Come back',
    left: {
      kicked: 'You were sent out of this room.',
      banned: 'You are banned from this room.',
      removed: 'You are no member of this room any more.',
      deleted: 'This room was removed.',
    },
  },

  people: {
    write: (name: string) => `Write to ${name} alone`,
    alone: 'Write alone',
    about: (name: string) => `About ${name}`,
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
    leaveHeading: 'Leave the chat?',
    leaveLead:
      'You are a guest: whoever comes back, under this name too, is somebody new. Your private rooms and direct messages are lost to you, and you can no longer change what you wrote.',
    account: 'Your account',
    admin: 'Administration of the chat',
    notifications: 'Notifications',
    off: 'Off',
    mentions: 'Mentions',
    all: 'All',
    blocked: 'Your browser blocks them for this page.',
    impossible: 'Browsers show them on https pages only.',
  },

  shortcuts: {
    title: 'Keyboard shortcuts',
    send: 'Send the message',
    line: 'Start a new line',
    stop: 'Stop the reply',
    messages: 'Go from message to message, in the list of messages',
    ends: 'First and last message shown',
    editLast: 'Edit your last message, when the field is empty',
    askAgain: 'Save an edited message and ask again',
    mention: 'Mention somebody',
    onMessage: 'On a message',
    menu: 'Show what can be done with it',
    reply: 'Reply to it',
    react: 'React to it',
    edit: 'Edit it',
    copy: 'Copy its text',
    delete: 'Delete it',
    cancel: 'Stop editing or replying',
    search: 'Search in the room',
    sheet: 'Show this list',
    /** As they are printed on the keyboards of who reads this. */
    keys: { enter: 'Enter', shift: 'Shift', ctrl: 'Ctrl', escape: 'Esc', home: 'Home', end: 'End', delete: 'Delete' },
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
    keepsMessages: 'What you send goes out when the connection is back',
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
    emptyLocked: 'Nothing is written here yet.',
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
    cut: 'The reply reached its greatest length.',
    goOn: 'Go on',
    thoughts: 'What the model thought',
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
    askAgain: 'Save and ask again',
    askHint: 'Enter saves, Ctrl + Enter asks again',
    mentions: 'People to mention',
    mentionCount: (count: number) => `${plural(count, 'name', 'names')}. Arrow keys choose, Enter takes it.`,
    assistant: 'the assistant',
    tooLong: (bytes: string, limit: string) => `Too long: ${bytes} of ${limit} bytes.`,
    locked: 'This room is locked: only its moderators write here.',
    silent: (assistant: string) => `${assistant} does not answer in this room.`,
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
  formula: 'Formula',
  image: (description: string) => (description === '' ? 'Image' : `Image: ${description}`),

  update: 'A new version is ready.',
  partMissing: 'A part of the page could not be loaded.',
};

export type Catalogue = typeof en;
