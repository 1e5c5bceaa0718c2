/** The numbers of the protocol; no dependency, so that a browser bundle carries no schema library along. */

/** Said by the server in `welcome`; a client that knows another one reloads itself. */
export const PROTOCOL_VERSION = 1;

/** Upper bound of a frame in bytes (`maxPayload`); the message bound of the ChatApp lies below it. */
export const MAX_FRAME_BYTES = 64 * 1024;

/** Entries in one `joined` or `history` frame. A client that missed more asks again from where it is. */
export const PAGE_SIZE = 100;

/** Close codes of ours. 3000–3499: connect again. 3500–3999: do not. */
export const CLOSE = {
  restarting: 3000,
  slowConsumer: 3001,
  idle: 3002,
  /** There seem to be too many connections, but some may be those of a server that was killed just now. */
  crowded: 3003,
  /** No session, or one that ended: ask for the name or login again. */
  unauthorized: 3500,
  badFrame: 3501,
  tooManyConnections: 3502,
} as const;

/** Close codes from here on are final. */
export const FIRST_FINAL_CLOSE = 3500;
