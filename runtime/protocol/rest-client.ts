/** The REST API as a typed client: a page, tests and a load generator use this one. No DOM beyond `fetch`. */
import type { ErrorCode } from './frames.ts';
import type { Left, NewUser, Session, Sessions, User, UserChange, Users, UserWithPassword } from './accounts.ts';
import type {
  Config,
  ErrorBody,
  MessageRequest,
  MessageResponse,
  Messages,
  Models,
  NewRoom,
  People,
  RoomChange,
  RoomDetails,
  RoomInfo,
  Rooms,
  SearchResult,
  Status,
} from './rest.ts';

/** The server understood and said no; `message` is for people. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly status: number;
  readonly code: ErrorCode | undefined;
  readonly retryAfterMs: number | undefined;
  readonly limit: number | undefined;

  constructor(status: number, message: string, error?: ErrorBody['error']) {
    super(message);
    this.status = status;
    this.code = error?.code;
    this.retryAfterMs = error?.retryAfterMs;
    this.limit = error?.limit;
  }
}

/** No server answered, or one that cannot serve now (5xx). */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface RestOptions {
  /** Without a slash at the end; empty for the page's own server. */
  readonly url?: string;
  /** More headers, such as the session cookie outside of a browser. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly deadlineMs?: number;
}

const DEADLINE_MS = 10_000;
const part = encodeURIComponent;

/** Each method throws {@link ApiRefusal} or {@link Unreachable}. */
export class RestClient {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #deadlineMs: number;

  constructor({ url = '', headers = {}, deadlineMs = DEADLINE_MS }: RestOptions = {}) {
    this.#url = url;
    this.#headers = headers;
    this.#deadlineMs = deadlineMs;
  }

  config = (): Promise<Config> => this.#json('GET', '/api/config');
  session = (): Promise<Session> => this.#json('GET', '/api/session');
  /** Enters as a guest. */
  enter = (name: string): Promise<Session> => this.#json('POST', '/api/session', { name });
  /** Leaves; `redirect`, if there is one, is where the browser goes in order to leave the provider too. */
  leave = async (): Promise<Partial<Left>> => {
    const text = await this.#call('DELETE', '/api/session', undefined);
    return parse(text) ?? {};
  };
  login = (name: string, password: string): Promise<Session> => this.#json('POST', '/api/login', { name, password });
  signup = (name: string, password: string): Promise<Session> => this.#json('POST', '/api/signup', { name, password });
  /** Where a browser goes to sign in at the provider. */
  providerUrl = (): string => `${this.#url}/api/login/provider`;
  changePassword = (current: string, password: string): Promise<void> =>
    this.#nothing('POST', '/api/password', { current, password });
  deleteAccount = (password: string): Promise<void> => this.#nothing('POST', '/api/account/delete', { password });
  sessions = (): Promise<Sessions> => this.#json('GET', '/api/sessions');
  endSession = (id: string): Promise<void> => this.#nothing('DELETE', `/api/sessions/${part(id)}`);
  /** Logout everywhere, here too. */
  endSessions = (): Promise<void> => this.#nothing('DELETE', '/api/sessions');

  /** For administrators, as are the next ones. */
  users = (after?: string): Promise<Users> => this.#json('GET', `/api/users${queryOf({ after })}`);
  makeUser = (user: NewUser): Promise<UserWithPassword> => this.#json('POST', '/api/users', user);
  changeUser = (id: string, change: UserChange): Promise<User> => this.#json('PATCH', `/api/users/${part(id)}`, change);
  removeUser = (id: string): Promise<void> => this.#nothing('DELETE', `/api/users/${part(id)}`);
  resetPassword = (id: string): Promise<UserWithPassword> => this.#json('POST', `/api/users/${part(id)}/reset`);
  endSessionsOf = (id: string): Promise<void> => this.#nothing('DELETE', `/api/users/${part(id)}/sessions`);
  status = (): Promise<Status> => this.#json('GET', '/api/admin/status');

  models = (): Promise<Models> => this.#json('GET', '/api/models');
  people = (): Promise<People> => this.#json('GET', '/api/people');

  rooms = (): Promise<Rooms> => this.#json('GET', '/api/rooms');
  room = (room: string): Promise<RoomDetails> => this.#json('GET', `/api/rooms/${room}`);
  makeRoom = (room: NewRoom): Promise<RoomInfo> => this.#json('POST', '/api/rooms', room);
  /** The room of two people, made when it is not there. */
  direct = (user: string): Promise<RoomInfo> => this.#json('POST', '/api/direct', { user });
  changeRoom = (room: string, change: RoomChange): Promise<RoomInfo> =>
    this.#json('PATCH', `/api/rooms/${room}`, change);
  removeRoom = (room: string): Promise<void> => this.#nothing('DELETE', `/api/rooms/${room}`);
  clearRoom = (room: string): Promise<void> => this.#nothing('POST', `/api/rooms/${room}/clear`);
  addMember = (room: string, user: string): Promise<void> =>
    this.#nothing('PUT', `/api/rooms/${room}/members/${part(user)}`);
  /** Leaves a private room, or takes somebody else out of it. */
  removeMember = (room: string, user: string): Promise<void> =>
    this.#nothing('DELETE', `/api/rooms/${room}/members/${part(user)}`);
  kick = (room: string, user: string): Promise<void> => this.#nothing('POST', `/api/rooms/${room}/kick`, { user });
  ban = (room: string, user: string): Promise<void> => this.#nothing('PUT', `/api/rooms/${room}/bans/${part(user)}`);
  unban = (room: string, user: string): Promise<void> =>
    this.#nothing('DELETE', `/api/rooms/${room}/bans/${part(user)}`);

  messages = (room: string, before?: string): Promise<Messages> =>
    this.#json('GET', `/api/rooms/${room}/messages${queryOf({ before })}`);
  post = (room: string, message: MessageRequest): Promise<MessageResponse> =>
    this.#json('POST', `/api/rooms/${room}/messages`, message);
  /** Newest first; `before` is the `next` of the page before. */
  search = (room: string, query: string, before?: string): Promise<SearchResult> =>
    this.#json('GET', `/api/rooms/${room}/search${queryOf({ q: query, before })}`);
  /** Where a browser downloads a room. */
  exportUrl = (room: string, format: 'markdown' | 'json'): string =>
    `${this.#url}/api/rooms/${room}/export?format=${format}`;

  async #json<T>(method: Method, path: string, body?: object): Promise<T> {
    const value = parse(await this.#call(method, path, body));
    if (value === undefined) throw new Unreachable('the answer was not from the chat');
    return value as T;
  }

  async #nothing(method: Method, path: string, body?: object): Promise<void> {
    await this.#call(method, path, body);
  }

  async #call(method: Method, path: string, body: object | undefined): Promise<string> {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = { ...this.#headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    let response: Response;
    let text: string;
    try {
      const signal = AbortSignal.timeout(this.#deadlineMs);
      response = await fetch(this.#url + path, { method, headers, ...json, cache: 'no-store', signal });
      text = await response.text();
    } catch (cause) {
      throw new Unreachable(`${method} ${path} was not answered`, { cause });
    }
    if (response.ok) return text;
    const { error } = (parse(text) ?? {}) as Partial<ErrorBody>;
    // 501: a server that is there and cannot do this.
    if (response.status >= 500 && response.status !== 501) {
      throw new Unreachable(`${method} ${path} was answered with ${response.status}`);
    }
    throw new ApiRefusal(response.status, error?.message ?? response.statusText, error);
  }
}

function queryOf(values: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(values).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
