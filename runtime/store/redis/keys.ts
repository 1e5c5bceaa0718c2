/** Every key and channel of the chat. Keys of one room share a hash tag, so do those of the queue and of the sessions. */
export function keysOf(prefix = 'chatapp:') {
  const room = (name: string): string => `${prefix}{room:${name}}:`;
  return {
    /** Identity of the Redis process that the data was last seen in. */
    server: `${prefix}server`,
    log: (name: string) => `${room(name)}log`,
    contents: (name: string) => `${room(name)}contents`,
    meta: (name: string) => `${room(name)}meta`,
    read: (name: string, user: string) => `${room(name)}read:${user}`,
    once: (name: string, key: string) => `${room(name)}once:${key}`,
    openRuns: (name: string) => `${room(name)}open`,
    runText: (name: string, run: string) => `${room(name)}text:${run}`,
    runThinking: (name: string, run: string) => `${room(name)}thinking:${run}`,
    roomChannel: (name: string) => `${room(name)}signals`,
    controlChannel: `${prefix}control`,
    /** Prefix: the scripts of the queue add the rest. */
    queue: `${prefix}{queue}:`,
    session: (hash: string) => `${prefix}{auth}:session:${hash}`,
    sessionsOf: (account: string) => `${prefix}{auth}:sessions-of:${account}`,
    name: (nameKey: string) => `${prefix}{auth}:name:${nameKey}`,
    account: (id: string) => `${prefix}{auth}:account:${id}`,
    accountKey: (key: string) => `${prefix}{auth}:account-key:${key}`,
    /** Keys of all accounts, in their order. */
    accounts: `${prefix}{auth}:accounts`,
    attempts: (what: string) => `${prefix}{auth}:attempts:${what}`,
    ticket: (name: string) => `${prefix}{auth}:ticket:${name}`,
    /** Rooms that people made, and their indexes. */
    rooms: `${prefix}{rooms}:all`,
    publicRooms: `${prefix}{rooms}:public`,
    directRooms: `${prefix}{rooms}:direct`,
    roomsOf: (user: string) => `${prefix}{rooms}:of:${user}`,
    roomsBy: (owner: string) => `${prefix}{rooms}:by:${owner}`,
    bucket: (bucket: string) => `${prefix}bucket:${bucket}`,
    leases: (set: string) => `${prefix}leases:${set}`,
  };
}

export type Keys = ReturnType<typeof keysOf>;
