/**
 * What backends leave in Redis about themselves, in the hash {@link keys.server}: how the data is laid out (`data`, written
 * once) and which protocol was last spoken (`protocol`).
 */
import { PROTOCOL_VERSION } from '../../protocol/constants.ts';

/** Raised by a program that writes what earlier ones would read wrongly. */
export const DATA_VERSION = 1;

/** Words about data that this program must not touch; nothing when it may. */
export function newerData(data: number): string | undefined {
  if (data <= DATA_VERSION) return undefined;
  return `the data in Redis is of version ${data}; this program understands versions up to ${DATA_VERSION}: use the image that wrote it, or a newer one`;
}

/** Words about a protocol that this program does not speak; nothing when it does. */
export function newerProtocol(protocol: number): string | undefined {
  if (protocol <= PROTOCOL_VERSION) return undefined;
  return `the backends that run speak protocol ${protocol}, this program ${PROTOCOL_VERSION}: open pages would not understand it`;
}
