import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { until } from '../testbed/wait.ts';
import { ChatClient } from '../integration/runtime/chat-client.ts';
import { focusedLabel, violations } from './looking.ts';
import { Person } from './person.ts';
import { stage } from './stage.ts';

describe('people in a browser', function () {
  this.timeout(120_000);
  const place = stage();

  it('see each other, what they write, and that they write', async () => {
    const ann = await Person.enter(place.browser, place.chat, 'Ann', 'general');
    const bob = await Person.enter(place.browser, place.chat, 'Bob', 'general');
    await ann.page.getByRole('button', { name: '2 people here' }).click();
    await ann.page.getByRole('listitem').filter({ hasText: 'Bob' }).waitFor();
    await ann.page.keyboard.press('Escape');
    await bob.composer.pressSequentially('Hi');
    await ann.page.getByText('Bob is writing…').waitFor();
    await bob.composer.press('Enter');
    await ann.log
      .getByRole('article', { name: /^Bob, / })
      .filter({ hasText: 'Hi' })
      .waitFor();
    await bob.log
      .getByRole('article', { name: /^You, / })
      .filter({ hasText: 'Hi' })
      .waitFor();
    await ann.page.getByText('Bob is writing…').waitFor({ state: 'hidden' });
    await ann.page.getByRole('status').filter({ hasText: 'Bob: Hi' }).waitFor({ state: 'attached' });
    await ann.leave();
    await bob.leave();
  });

  it('see that a message was edited, and that one was deleted', async () => {
    const ann = await Person.enter(place.browser, place.chat, 'Ann edits', 'general');
    const program = await ChatClient.join(place.chat.url, 'Program');
    const target = await program.say('First thougt');
    await ann.article('First thougt').waitFor();
    const change = { room: 'general', target } as const;
    assert.equal(
      (await program.request({ type: 'edit', ...change, text: 'First thought', then: 'nothing' })).type,
      'ok',
    );
    const message = ann.article('First thought');
    await message.getByText('edited', { exact: true }).waitFor();
    assert.equal((await program.request({ type: 'delete', ...change })).type, 'ok');
    await message.waitFor({ state: 'detached' });
    await ann.article('This message was deleted.').waitFor();
    await ann.page.reload();
    await ann.article('This message was deleted.').waitFor();
    program.cut();
    await ann.leave();
  });

  it('hear why a name cannot be had, and try another', async () => {
    const first = await Person.enter(place.browser, place.chat, 'Carl', 'general');
    const second = await Person.arrive(place.browser, place.chat);
    second.expectNetworkTrouble(); // a refusal is an error in the console
    await second.open('/');
    const name = second.page.getByRole('textbox').first();
    for (const taken of ['carl', 'Assistant', '']) {
      await name.fill(taken);
      await name.press('Enter');
      await second.page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
      assert.equal(await name.inputValue(), taken);
    }
    await second.join('Carla');
    await first.leave();
    await second.leave();
  });

  it('come back without a word, and leave by the menu', async () => {
    const dora = await Person.enter(place.browser, place.chat, 'Dora', 'quiet');
    await dora.page.reload();
    await dora.connection('Connected').waitFor();
    assert.match(dora.page.url(), /\/r\/quiet$/);
    await dora.page.getByRole('button', { name: 'Menu of Dora' }).click();
    const leave = dora.page.getByRole('button', { name: 'Leave the chat' });
    await leave.click();
    // Guests cannot take it back.
    const sure = dora.page.getByRole('alertdialog', { name: 'Leave the chat?' });
    await sure.getByText(/somebody new/).waitFor();
    assert.deepEqual(await violations(dora), []);
    await dora.page.keyboard.press('Escape');
    await sure.waitFor({ state: 'hidden' });
    await until('the focus is back', async () => (await focusedLabel(dora)) === 'Menu of Dora', { timeout: 20_000 });
    await dora.page.keyboard.press('Enter');
    await leave.click();
    await sure.getByRole('button', { name: 'Leave the chat' }).click();
    await dora.page.getByRole('button', { name: 'Join' }).waitFor();
    assert.equal(await dora.page.getByRole('textbox').inputValue(), 'Dora');
    await dora.leave();
  });

  it('go from room to room, by link, address and the back button', async () => {
    const eve = await Person.enter(place.browser, place.chat, 'Eve', 'general');
    await eve.page.getByRole('link', { name: 'Quiet' }).click();
    await eve.page.getByRole('log', { name: 'Messages in Quiet' }).waitFor();
    await eve.say('only here');
    await eve.article('only here').waitFor();
    await eve.page.goBack();
    await eve.page.getByRole('log', { name: 'Messages in General' }).waitFor();
    assert.equal(await eve.article('only here').count(), 0);
    eve.expectNetworkTrouble();
    await eve.open('/r/nowhere');
    await eve.page.getByText('There is no room “nowhere”.').waitFor();
    await eve.page.getByRole('button', { name: 'Go to the first room' }).click();
    await eve.page.getByRole('log', { name: 'Messages in General' }).waitFor();
    await eve.leave();
  });

  it('write drafts that survive a reload, several lines, and not too much', async () => {
    const fay = await Person.enter(place.browser, place.chat, 'Fay', 'quiet');
    await fay.composer.pressSequentially('one');
    await fay.composer.press('Shift+Enter');
    await fay.composer.pressSequentially('two');
    await fay.page.reload();
    await fay.composer.waitFor();
    assert.equal(await fay.composer.inputValue(), 'one\ntwo');
    await fay.composer.press('Enter');
    await fay.article(/one\s*two/).waitFor();
    assert.equal(await fay.composer.inputValue(), '');
    await fay.composer.fill('ü'.repeat(2049));
    await fay.page.getByRole('alert').filter({ hasText: 'Too long: 4,098 of 4,096 bytes.' }).waitFor();
    assert.equal(await fay.page.getByRole('button', { name: 'Send' }).isDisabled(), true);
    await fay.leave();
  });

  it('cannot do anything to each other by what they write', async () => {
    const mallory = await Person.enter(place.browser, place.chat, '<img src=x onerror=alert(1)>', 'quiet');
    const victim = await Person.enter(place.browser, place.chat, 'Vic', 'quiet');
    let dialogs = 0;
    victim.page.on('dialog', (dialog) => {
      dialogs++;
      void dialog.dismiss();
    });
    const evil = [
      '<script>alert(1)</script>',
      '<img src=x onerror="alert(1)">',
      '<svg/onload=alert(1)>',
      '[click](javascript:alert(1)) [data](data:text/html,<script>alert(1)</script>)',
      '[x](https://example.com" onmouseover="alert(1))',
      '![pixel](https://example.com/pixel.png)',
      '<iframe srcdoc="<script>alert(1)</script>"></iframe><style>*{display:none}</style>',
      '```"><img src=x onerror=alert(1)>\ncode\n```',
      '<a href="&#106;avascript:alert(1)">x</a> <math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
    ];
    for (const text of evil) await mallory.say(text);
    await mallory.say('the end');
    await victim.article('the end').waitFor();
    assert.equal(await victim.article('<script>alert(1)</script>').first().isVisible(), true);
    const bad = victim.log.locator('script, iframe, style:not(:host *), img, svg[onload], [onerror], [onmouseover]');
    const inMessages = victim.page.locator('markdown-text').locator(bad);
    assert.equal(await inMessages.count(), 0);
    const links = await victim.page
      .locator('markdown-text a[href]')
      .evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).protocol));
    assert.deepEqual([...new Set(links)], ['https:']);
    assert.equal(dialogs, 0);
    await mallory.leave();
    await victim.leave();
  });

  it('see code in colours, in a language that is known, once its fence is closed', async () => {
    const ina = await Person.enter(place.browser, place.chat, 'Ina', 'quiet');
    await ina.say('```ts\nconst answer = "<b>42</b>"; // why\n```\n\n```nolang\nconst plain = 1;\n```');
    await ina.page.locator('.hljs-keyword').getByText('const', { exact: true }).waitFor();
    await ina.page.locator('.hljs-string').getByText('"<b>42</b>"').waitFor();
    assert.equal(await ina.page.locator('.language-nolang').innerText(), 'const plain = 1;');
    assert.equal(await ina.page.locator('.language-nolang span').count(), 0);
    await ina.say('```python\nimport this');
    await ina.article('import this').waitFor();
    assert.equal(await ina.article('import this').locator('[class^=hljs]').count(), 0);
    await ina.leave();
  });

  it('see in the title how much came while they looked elsewhere', async () => {
    const lea = await Person.enter(place.browser, place.chat, 'Lea', 'quiet');
    const look = (state: 'hidden' | 'visible'): Promise<void> =>
      lea.page.evaluate((visibility) => {
        Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => visibility });
        document.dispatchEvent(new Event('visibilitychange'));
      }, state);
    await look('hidden');
    await place.chat.post('quiet', 'Max', ['one', 'two']);
    await until('the title counts', async () => (await lea.page.title()) === '(2) Quiet · Test chat', {
      timeout: 20_000,
    });
    await look('visible');
    assert.equal(await lea.page.title(), 'Quiet · Test chat');
    await lea.leave();
  });

  it('read as far back as they like, with at most 400 messages in the page', async function () {
    this.timeout(120_000);
    const texts = Array.from({ length: 1000 }, (_, index) => `message number ${index}`);
    await place.chat.post('history', 'Writer', texts);
    const gus = await Person.enter(place.browser, place.chat, 'Gus', 'history');
    await gus.text('message number 999').waitFor();
    const rows = gus.page.locator('chat-message');
    let most = 0;
    await gus.log.hover();
    await until(
      'the first message is there',
      async () => {
        await gus.page.mouse.wheel(0, -4000);
        most = Math.max(most, await rows.count());
        return gus.text('message number 0').isVisible();
      },
      { timeout: 60_000, every: 30 },
    );
    assert.ok(most > 200 && most <= 400, `${most} messages in the page`);
    await gus.page.getByText('This is the beginning of History').waitFor();
    await gus.page.getByRole('button', { name: 'Jump to newest' }).click();
    await gus.text('message number 999').waitFor();
    await until('the newest is in view', () => gus.text('message number 999').isVisible(), { timeout: 60_000 });
    await gus.leave();
  });

  it('stay at the newest, however much comes in the moment in which the page goes there', async () => {
    const kai = await Person.enter(place.browser, place.chat, 'Kai', 'history');
    await kai.text('message number 999').waitFor();
    const scroller = kai.page.locator('chat-transcript .scroller');
    const atEnd = (): Promise<boolean> =>
      scroller.evaluate(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight < 2);
    await until('the newest is in view', atEnd, { timeout: 20_000 });
    // The browser tells of the scrolling later: by then the end is elsewhere.
    await scroller.evaluate(async (element) => {
      const told = new Promise((resolve) => element.addEventListener('scroll', resolve, { once: true }));
      element.scrollTop -= 1;
      const much = document.createElement('div');
      much.style.blockSize = '300px';
      element.querySelector('.column')?.append(much);
      await told;
    });
    await until('the newest is in view again', atEnd, { timeout: 5_000 });
    assert.equal(await kai.page.getByRole('button', { name: 'Jump to newest' }).count(), 0);
    await kai.leave();
  });

  it('keep their place while others write, and are told how much is new', async () => {
    const hal = await Person.enter(place.browser, place.chat, 'Hal', 'history');
    await hal.text('message number 999').waitFor();
    await hal.log.hover();
    await hal.page.mouse.wheel(0, -1500);
    const jump = hal.page.getByRole('button', { name: 'Jump to newest' });
    await jump.waitFor();
    const firstInView = (): Promise<string> =>
      hal.page.locator('chat-message').evaluateAll((rows) => {
        const first = rows.find((row) => row.getBoundingClientRect().bottom > 60);
        const text = first?.shadowRoot?.querySelector('markdown-text')?.shadowRoot?.textContent.trim();
        return `${text ?? ''} at ${Math.round(first?.getBoundingClientRect().top ?? 0)}`;
      });
    const before = await firstInView();
    await place.chat.post('history', 'Other', ['new one', 'new two']);
    const told = hal.page.getByRole('button', { name: '2 new messages' });
    await told.waitFor();
    assert.equal(await firstInView(), before);
    await told.click();
    await until('the newest is in view', () => hal.text('new two').isVisible(), { timeout: 60_000 });
    assert.notEqual(await firstInView(), before);
    await hal.leave();
  });
});
