/** People of whom somebody else says who they are: a proxy or a provider. Each gets an account, without a password. */
import { createHash } from 'node:crypto';
import { log } from '../log.ts';
import { Refusal } from '../rooms/refusal.ts';
import type { Account } from '../store/accounts.ts';
import type { Store } from '../store/port.ts';
import { accountKey, isReserved } from './names.ts';

export interface ExternalIdentity {
  readonly origin: 'header' | 'provider';
  /** What the other side calls the person, always: it may be long, and nobody sees it. */
  readonly subject: string;
  /** What people read. */
  readonly name: string;
  readonly role: 'admin' | 'member';
}

/** Numbers that are tried behind a name that somebody else has. */
const MOST_NAMESAKES = 100;

export class Externals {
  readonly #store: Store;
  readonly #assistantName: string;

  constructor(store: Store, assistantName: string) {
    this.#store = store;
    this.#assistantName = assistantName;
  }

  /**
   * The account of a person, made when they come for the first time, with the name and role that they have now. Whose name is
   * in use gets a number behind it.
   * @throws Refusal, StoreUnavailable
   */
  async admit(identity: ExternalIdentity): Promise<Account> {
    const { accounts, control } = this.#store;
    const { origin, role } = identity;
    const id = idOf(identity);
    const known = await accounts.find(id);
    if (known !== undefined && known.role === role && isNamed(known.name, cleanName(identity.name))) return known;
    for (const name of this.#candidates(identity)) {
      const key = accountKey(name);
      const change = { name, key, role, origin };
      const account: Account = {
        state: 'active',
        password: '',
        seed: '',
        created: Date.now(),
        ...known,
        ...change,
        id,
      };
      const outcome = known === undefined ? await accounts.create(account) : await accounts.change(id, change);
      if (outcome === 'done') {
        log.info('somebody is known from elsewhere', { user: id, origin, role });
        if (known !== undefined) await control.publish({ kind: 'user-changed', user: id });
        return account;
      }
      // Another request of the same person, on another backend, may have been faster.
      const holder = await accounts.findByKey(key);
      if (holder?.id === id) return holder;
    }
    throw new Refusal('NameRefused', 'Too many people have your name: ask an administrator of this chat.');
  }

  *#candidates({ name: raw, role }: ExternalIdentity): Generator<string> {
    const name = cleanName(raw);
    for (let number = 1; number <= MOST_NAMESAKES; number++) {
      const candidate = number === 1 ? name : `${name} ${number}`;
      if (role === 'admin' || !isReserved(candidate, this.#assistantName)) yield candidate;
    }
  }
}

/** Says nothing of the person, and is the same each time. */
function idOf({ origin, subject }: ExternalIdentity): string {
  return `x-${createHash('sha256').update(`${origin}\n${subject}`).digest('base64url').slice(0, 24)}`;
}

/** Leaves room for a number behind it. */
const NAME_LENGTH = 36;

function cleanName(name: string): string {
  const visible = name.normalize('NFC').replace(/\p{C}/gu, '').trim();
  // A letter that is cut in half leaves half of it: that is no letter.
  const start = visible
    .slice(0, NAME_LENGTH)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trim();
  return start === '' ? 'Somebody' : start;
}

/** Whether a name is the wanted one, or that with a number behind it. */
function isNamed(name: string, wanted: string): boolean {
  return name === wanted || (name.startsWith(`${wanted} `) && /^\d+$/.test(name.slice(wanted.length + 1)));
}
