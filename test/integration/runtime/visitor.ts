/** Somebody who asks over REST and keeps the cookies that they get, as a browser does. */
import type { ErrorBody } from '../../../runtime/protocol/rest.ts';
import { ChatClient } from './chat-client.ts';

export interface Answer<T> {
  readonly status: number;
  readonly body: T & Partial<ErrorBody>;
  readonly headers: Headers;
}

export class Visitor {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly #cookies = new Map<string, string>();

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.url = url;
    this.headers = headers;
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** With a copy of the cookies, at another backend. */
  at(url: string): Visitor {
    const other = new Visitor(url, this.headers);
    for (const [name, value] of this.#cookies) other.#cookies.set(name, value);
    return other;
  }

  async ask<T = object>(method: string, path: string, body?: object): Promise<Answer<T>> {
    const response = await fetch(this.url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...this.headers,
        cookie: this.cookie,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return {
      status: response.status,
      headers: response.headers,
      body: (isJson ? JSON.parse(text) : {}) as Answer<T>['body'],
    };
  }

  /** @returns the status and the error's code of an answer, to be compared */
  async code(method: string, path: string, body?: object): Promise<string> {
    const { status, body: answer } = await this.ask(method, path, body);
    return answer.error === undefined ? String(status) : `${status} ${answer.error.code}`;
  }

  async logIn(name: string, password: string): Promise<this> {
    const code = await this.code('POST', '/api/login', { name, password });
    if (code !== '200') throw new Error(`${name} could not log in: ${code}`);
    return this;
  }

  connect(): Promise<ChatClient> {
    return ChatClient.connect(this.url, this.cookie, this.headers);
  }
}
