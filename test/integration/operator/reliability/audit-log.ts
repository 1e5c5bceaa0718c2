import fs from 'node:fs';
import type { AuditEvent } from '../audit.ts';

const WRITES = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

/** The writes of one user, in the order in which they were answered; read on from where it last was. */
export class AuditLog {
  readonly #file: string;
  readonly #user: string;
  readonly #writes: AuditEvent[] = [];
  #offset = 0;
  #rest = '';

  constructor(file: string, user: string) {
    this.#file = file;
    this.#user = user;
  }

  /** All writes so far. */
  get writes(): readonly AuditEvent[] {
    const handle = fs.openSync(this.#file, 'r');
    const size = fs.fstatSync(handle).size - this.#offset;
    const chunk = Buffer.alloc(size);
    fs.readSync(handle, chunk, 0, size, this.#offset);
    fs.closeSync(handle);
    this.#offset += size;
    const lines = (this.#rest + chunk.toString('latin1')).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.includes(this.#user)) continue;
      const event = JSON.parse(line) as AuditEvent;
      if (event.user.username === this.#user && WRITES.has(event.verb)) this.#writes.push(event);
    }
    return this.#writes;
  }
}
