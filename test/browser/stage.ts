/** What every file of browser tests begins with: one chat and one browser, for all of its tests. */
import { after, before } from 'mocha';
import type { Browser } from 'playwright-core';
import type { Chat, ChatOptions } from './chat.ts';
import { startChat } from './chat.ts';
import { openBrowser } from './person.ts';

export interface Stage {
  readonly chat: Chat;
  readonly browser: Browser;
}

/** Call it in a `describe`; the stage is there when its first test begins. */
export function stage(options: ChatOptions = {}): Stage {
  const running: { chat?: Chat; browser?: Browser } = {};
  before(async function () {
    this.timeout(900_000); // the first time, Redis, Ollama, its model and Chromium are made or fetched
    [running.chat, running.browser] = await Promise.all([startChat(options), openBrowser()]);
  });
  after(async () => {
    await running.browser?.close();
    await running.chat?.stop();
  });
  return {
    get chat() {
      return present(running.chat);
    },
    get browser() {
      return present(running.browser);
    },
  };
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the stage is there only while tests run');
  return value;
}
