/** Every key and channel of the chat. Keys of one room share a hash tag, so do those of the queue and of the sessions. */
const room = (name: string): string => `chatapp:{room:${name}}:`;

export const keys = {
  /** Identity of the Redis process that the data was last seen in. */
  server: 'chatapp:server',
  log: (name: string) => `${room(name)}log`,
  contents: (name: string) => `${room(name)}contents`,
  meta: (name: string) => `${room(name)}meta`,
  read: (name: string, user: string) => `${room(name)}read:${user}`,
  once: (name: string, key: string) => `${room(name)}once:${key}`,
  openRuns: (name: string) => `${room(name)}open`,
  runText: (name: string, run: string) => `${room(name)}text:${run}`,
  roomChannel: (name: string) => `${room(name)}signals`,
  controlChannel: 'chatapp:control',
  /** Prefix: the scripts of the queue add the rest. */
  queue: 'chatapp:{queue}:',
  session: (hash: string) => `chatapp:{auth}:session:${hash}`,
  name: (nameKey: string) => `chatapp:{auth}:name:${nameKey}`,
  bucket: (bucket: string) => `chatapp:bucket:${bucket}`,
  leases: (set: string) => `chatapp:leases:${set}`,
};
