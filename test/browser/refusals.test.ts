import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { until } from '../testbed/wait.ts';
import { fits, violations } from './looking.ts';
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

  it('is said of names that are too long, which stay as they were written', async () => {
    const long = 'Une très longue histoire, une très longue h';
    const people = [
      { locale: 'fr-FR', too: 'C’est trop : 40 au plus.', rooms: 'Afficher les salons', make: 'Créer un salon' },
      { locale: 'en-US', too: 'A name has at most 40 characters.', rooms: 'Show rooms', make: 'Make a room' },
    ];
    const look = async ({ locale, too, rooms, make }: (typeof people)[number]): Promise<void> => {
      const ivo = await Person.arrive(place.browser, place.chat, { locale, width: 320, height: 640, theme: 'dark' });
      ivo.expectNetworkTrouble();
      await ivo.open('/r/quiet');
      const name = ivo.page.getByRole('textbox').first();
      await name.fill(long);
      await name.press('Enter');
      await ivo.page.getByRole('alert').filter({ hasText: too }).waitFor();
      assert.equal(await name.inputValue(), long);
      await fits(ivo);
      assert.deepEqual(await violations(ivo), []);
      await ivo.join(`Ivo ${locale}`);
      await ivo.page.getByRole('button', { name: rooms }).click();
      await ivo.page.getByRole('button', { name: make }).click();
      const dialog = ivo.page.getByRole('dialog');
      const title = dialog.getByRole('textbox').first();
      await title.fill(long);
      await title.press('Enter');
      await dialog.getByRole('alert').filter({ hasText: too }).waitFor();
      assert.equal(await title.inputValue(), long);
      await fits(ivo);
      assert.deepEqual(await violations(ivo), []);
      await ivo.leave();
    };
    await Promise.all(people.map(look));
  });
});
