/** Somebody in front of a browser, and what a test needs to see of it. */
import assert from 'node:assert/strict';
import type { Browser, Locator, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { chromiumPath } from '../testbed/chromium.ts';

/** Where a chat is. */
export interface Site {
  readonly url: string;
}

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** How long anything on a page may take, in milliseconds: much, because other work may have the processor. */
const PATIENCE = 20_000;

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await chromiumPath(), args: FLAGS });
}

export interface PersonOptions {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: 'light' | 'dark';
  /** Whether there is a touch screen instead of a mouse. */
  readonly touch?: boolean;
  /** Whether certificates that no authority signed will do. */
  readonly anyCertificate?: boolean;
  /** What the browser speaks. */
  readonly locale?: string;
}

export class Person {
  readonly page: Page;
  readonly #chat: Site;
  readonly #problems: string[] = [];
  #networkMayFail = false;

  private constructor(page: Page, chat: Site) {
    this.page = page;
    this.#chat = chat;
    page.setDefaultTimeout(PATIENCE);
    page.on('pageerror', (error) => this.#problems.push(`page error: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return;
      const network = /Failed to load resource|WebSocket connection to/.test(message.text());
      if (!(network && this.#networkMayFail)) this.#problems.push(`console ${message.type()}: ${message.text()}`);
    });
  }

  /** A browser profile of its own, with an open, empty page. */
  static async arrive(browser: Browser, chat: Site, options: PersonOptions = {}): Promise<Person> {
    const { width = 1000, height = 800, theme = 'light', locale = 'en-US', touch = false } = options;
    const { anyCertificate: ignoreHTTPSErrors = false } = options;
    const screen = { viewport: { width, height }, hasTouch: touch, isMobile: touch };
    const context = await browser.newContext({ ...screen, colorScheme: theme, locale, ignoreHTTPSErrors });
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
    return new Person(await context.newPage(), chat);
  }

  /** Somebody who is in a room. */
  static async enter(
    browser: Browser,
    chat: Site,
    name: string,
    room: string,
    options?: PersonOptions,
  ): Promise<Person> {
    const person = await Person.arrive(browser, chat, options);
    await person.open(`/r/${room}`);
    await person.join(name);
    return person;
  }

  async open(path: string): Promise<void> {
    await this.page.goto(this.#chat.url + path);
  }

  /** Types a name into the first text box and presses Enter. */
  async join(name: string): Promise<void> {
    await this.page.getByRole('textbox').first().fill(name);
    await this.page.keyboard.press('Enter');
    await this.page.locator('message-composer textarea').waitFor();
    await this.page.locator('[data-phase="connected"]').waitFor();
  }

  get composer(): Locator {
    return this.page.getByRole('textbox', { name: 'Message' });
  }

  get log(): Locator {
    return this.page.getByRole('log');
  }

  connection(words: string | RegExp): Locator {
    return this.page.locator('connection-status').getByText(words);
  }

  /** The messages with a text. */
  article(text: string | RegExp): Locator {
    return this.log.getByRole('article').filter({ hasText: text });
  }

  /** The text of a message, exactly. */
  text(exactly: string): Locator {
    return this.page.locator('markdown-text').getByText(exactly, { exact: true });
  }

  /** The newest reply in a state or outcome. */
  reply(state: string): Locator {
    return this.page.locator(`article[data-state="${state}"]`).last();
  }

  async say(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** From here on, requests and sockets that fail are no problem: the test takes servers away. */
  expectNetworkTrouble(): void {
    this.#networkMayFail = true;
  }

  /** Fails when the console, a script or a policy complained. */
  hadNoProblem(): void {
    assert.deepEqual(this.#problems, []);
  }

  /** Leaves; fails when something was wrong on the way. */
  async leave(): Promise<void> {
    await this.page.context().close();
    this.hadNoProblem();
  }
}
