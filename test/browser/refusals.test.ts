import { describe, it } from 'mocha';
import { until } from '../testbed/wait.ts';
import { Person } from './person.ts';
import { stage } from './stage.ts';

describe('what the server refused, in French', function () {
  this.timeout(120_000);
  const place = stage({ messagesPerMinute: 4 });

  it('is said in the words of the page: names, edits and messages, with how long to wait', async () => {
    const ann = await Person.enter(place.browser, place.chat, 'Ann', 'general');
    const luc = await Person.arrive(place.browser, place.chat, { locale: 'fr-FR' });
    luc.expectNetworkTrouble(); // a refusal over REST is an error in the console
    await luc.open('/r/quiet');
    const name = luc.page.getByRole('textbox').first();
    await name.fill('Ann');
    await name.press('Enter');
    await luc.page
      .getByRole('alert')
      .filter({ hasText: 'Ce nom n’est pas disponible. Choisissez-en un autre.' })
      .waitFor();
    await luc.join('Luc');
    const field = luc.page.locator('message-composer textarea');
    const say = async (text: string): Promise<void> => {
      await field.fill(text);
      await field.press('Enter');
    };
    await say('bonjour');
    await luc.article('bonjour').locator('message-tools').waitFor({ state: 'attached' });
    const often = /^\s*C’est trop souvent\. Veuillez patienter environ \d+ s\./;
    const notice = luc.page.locator('notice-bar').getByText(often);
    let edits = 0;
    const edited = async (): Promise<boolean> => {
      await field.press('ArrowUp');
      await say(`bonjour ${(edits += 1)}`);
      return notice.isVisible();
    };
    // As many changes as messages.
    await until('an edit is refused', edited, { timeout: 60_000, every: 200 });
    await field.press('Escape');
    for (const text of ['un', 'deux', 'trois', 'quatre', 'cinq']) await say(text);
    await luc.log.getByText(often).first().waitFor();
    await ann.leave();
    await luc.leave();
  });
});
