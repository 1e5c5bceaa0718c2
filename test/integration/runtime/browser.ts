/** What a browser does with redirects, forms and cookies, over several sites; without a page. */
import { Agent, fetch } from 'undici';

export interface Visit {
  readonly url: string;
  readonly status: number;
  /** Where it is sent on to. */
  readonly location: string | undefined;
  readonly text: string;
}

export class Browser {
  readonly #agent: Agent;
  readonly #jars = new Map<string, Map<string, string>>();

  /** @param authority PEM that it trusts */
  constructor(authority: Buffer) {
    this.#agent = new Agent({ connect: { ca: authority } });
  }

  cookiesOf(url: string): string {
    return [...this.#jar(url)].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async visit(url: string, form?: Readonly<Record<string, string>>): Promise<Visit> {
    const response = await fetch(url, {
      redirect: 'manual',
      dispatcher: this.#agent,
      headers: { cookie: this.cookiesOf(url), accept: 'text/html' },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '') this.#jar(url).delete(name);
      else this.#jar(url).set(name, value);
    }
    const next = response.headers.get('location');
    const location = next === null ? undefined : new URL(next, url).href;
    return { url, status: response.status, location, text: await response.text() };
  }

  /** Signs in under a name where a provider asks for it, and agrees. @returns where the provider sends the browser in the end */
  async signIn(start: string, login: string): Promise<string> {
    let visit = await this.visit(start);
    for (let steps = 0; steps < 20; steps++) {
      const [, action] = /<form[^>]*action="([^"]+)"/.exec(visit.text) ?? [];
      const [, prompt = ''] = /name="prompt" value="(\w+)"/.exec(visit.text) ?? [];
      if (visit.location !== undefined) {
        if (new URL(visit.location).origin !== new URL(start).origin) return visit.location;
        visit = await this.visit(visit.location);
      } else if (action !== undefined) {
        visit = await this.visit(new URL(action, visit.url).href, { prompt, login, password: 'any' });
      } else {
        throw new Error(`the provider answers ${visit.status}: ${visit.text.slice(0, 500)}`);
      }
    }
    throw new Error('the provider never lets the browser go');
  }

  #jar(url: string): Map<string, string> {
    const { origin } = new URL(url);
    const jar = this.#jars.get(origin) ?? new Map<string, string>();
    this.#jars.set(origin, jar);
    return jar;
  }
}
