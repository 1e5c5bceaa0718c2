import { describe, it } from 'mocha';
import { Person } from './person.ts';
import { stage } from './stage.ts';

describe('what the server refused, in French', function () {
  this.timeout(120_000);
  const place = stage({ messagesPerMinute: 4 });

  /** Asks the chat by REST, as the person whose page it is. */
  async function call({ page }: Person, method: 'POST' | 'PATCH', path: string, body: object): Promise<void> {
    await page.evaluate(
      async ([how, where, what]) => {
        const headers = { 'content-type': 'application/json' };
        const response = await fetch(where, { method: how, headers, body: what });
        if (!response.ok) throw new Error(`${how} ${where}: ${response.status} ${await response.text()}`);
      },
      [method, path, JSON.stringify(body)] as const,
    );
  }

  it('is said in the words of the page: messages, edits, and how long to wait', async () => {
    const ann = await Person.enter(place.browser, place.chat, 'Ann', 'general');
    await call(ann, 'POST', '/api/rooms', { name: 'lecture', title: 'Lecture', kind: 'public' });
    const luc = await Person.enter(place.browser, place.chat, 'Luc', 'lecture', { locale: 'fr-FR' });
    const field = luc.page.locator('message-composer textarea');
    const say = async (text: string): Promise<void> => {
      await field.fill(text);
      await field.press('Enter');
    };
    await say('bonjour');
    await luc.article('bonjour').locator('message-tools').waitFor({ state: 'attached' });
    await call(ann, 'PATCH', '/api/rooms/lecture', { lock: 'locked' });
    await say('encore');
    await luc
      .article('encore')
      .getByText('Non envoyé. Ce salon est verrouillé : seuls ses modérateurs y écrivent.')
      .waitFor();
    await field.press('ArrowUp');
    await field.fill('bonsoir');
    await field.press('Enter');
    await luc.page
      .locator('notice-bar')
      .getByText('Ce salon est verrouillé : seuls ses modérateurs y écrivent.')
      .waitFor();
    await luc.open('/r/quiet');
    await luc.page.locator('[data-phase="connected"]').waitFor();
    for (const text of ['un', 'deux', 'trois', 'quatre', 'cinq']) await say(text);
    await luc.log
      .getByText(/^C’était très souvent\. Veuillez patienter environ \d+ s\.$/)
      .first()
      .waitFor();
    await ann.leave();
    await luc.leave();
  });
});
