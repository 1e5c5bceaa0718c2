import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fits, focusedLabel, violations } from './looking.ts';
import { Person } from './person.ts';
import { stage } from './stage.ts';

describe('people with accounts in a browser', function () {
  this.timeout(120_000);
  const place = stage({
    auth: { mode: 'Accounts', allowSignup: true },
    roomCreators: 'Admins',
    admin: { name: 'Root', password: 'administrators know it' },
  });

  async function write(person: Person, name: string, password: string): Promise<void> {
    await person.page.getByRole('textbox', { name: 'Your name' }).fill(name);
    await person.page.getByLabel('Password', { exact: true }).fill(password);
    await person.page.keyboard.press('Enter');
  }

  for (const [theme, width] of [
    ['light', 320],
    ['dark', 1280],
  ] as const) {
    it(`sign up, and in again with the password only, ${theme}, ${width} px`, async () => {
      const name = `Ann ${theme}`;
      const ann = await Person.arrive(place.browser, place.chat, { theme, width, height: 700 });
      ann.expectNetworkTrouble(); // a refusal is an error in the console
      await ann.open('/r/quiet');
      await ann.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
      await fits(ann);
      assert.deepEqual(await violations(ann), []);
      await ann.page.getByRole('textbox', { name: 'Your name' }).fill(name);
      await ann.page.getByRole('button', { name: 'Create an account' }).click();
      assert.match((await ann.page.getByLabel('Password', { exact: true }).getAttribute('autocomplete')) ?? '', /new/);
      await ann.page.getByText('At least 10 characters.').waitFor();
      assert.deepEqual(await violations(ann), []);
      await write(ann, name, 'short');
      await ann.page
        .getByRole('alert')
        .filter({ hasText: /10 characters/ })
        .waitFor();
      await write(ann, name, 'correct horse battery');
      await ann.connection('Connected').waitFor();
      assert.equal(await focusedLabel(ann), 'Message');
      assert.equal(await ann.page.getByRole('button', { name: 'Make a room' }).count(), 0);
      await ann.say(`from an account, ${theme}`);
      await ann.article(`from an account, ${theme}`).waitFor();
      await ann.page.getByRole('button', { name: `Menu of ${name}` }).click();
      await ann.page.getByRole('button', { name: 'Leave the chat' }).click();
      await ann.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
      assert.equal(await ann.page.getByRole('textbox', { name: 'Your name' }).inputValue(), name);
      await write(ann, name, 'a wrong password');
      await ann.page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
      assert.deepEqual(await violations(ann), []);
      await write(ann, name, 'correct horse battery');
      await ann.connection('Connected').waitFor();
      await ann.leave();
    });
  }

  it('change the password, see where they are signed in, end that, and delete the account', async () => {
    const here = await Person.arrive(place.browser, place.chat);
    const there = await Person.arrive(place.browser, place.chat, { width: 320, height: 640, theme: 'dark' });
    for (const person of [here, there]) {
      person.expectNetworkTrouble();
      await person.open('/r/quiet');
      await person.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    }
    await here.page.getByRole('button', { name: 'Create an account' }).click();
    await write(here, 'Bob', 'the first password');
    await here.connection('Connected').waitFor();
    await write(there, 'Bob', 'the first password');
    await there.connection('Connected').waitFor();
    await there.page.getByRole('button', { name: 'Menu of Bob' }).click();
    await there.page.getByRole('button', { name: 'Your account' }).click();
    await there.page.getByRole('button', { name: 'Sign out there' }).waitFor();
    await fits(there);
    assert.deepEqual(await violations(there), []);
    await here.page.getByRole('button', { name: 'Menu of Bob' }).click();
    await here.page.getByRole('button', { name: 'Your account' }).click();
    const dialog = here.page.getByRole('dialog', { name: 'Your account' });
    await dialog.getByRole('button', { name: 'Sign out there' }).waitFor();
    assert.deepEqual(await violations(here), []);
    await dialog.getByLabel('Present password').fill('not this one');
    await dialog.getByLabel('New password').fill('the second password');
    await dialog.getByRole('button', { name: 'Change it' }).click();
    await dialog.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
    await dialog.getByLabel('Present password').fill('the first password');
    await dialog.getByRole('button', { name: 'Change it' }).click();
    await dialog.getByText('The password is changed.').waitFor();
    await there.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    await write(there, 'Bob', 'the second password');
    await there.connection('Connected').waitFor();
    await dialog.getByLabel('Password', { exact: true }).fill('the second password');
    await dialog.getByRole('button', { name: 'Delete my account' }).click();
    await here.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    await there.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    await write(here, 'Bob', 'the second password');
    await here.page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
    await here.leave();
    await there.leave();
  });

  it('hear in their language that a password is not the present one', async () => {
    const luc = await Person.arrive(place.browser, place.chat, { locale: 'fr-FR', width: 320, height: 640 });
    luc.expectNetworkTrouble(); // a refusal over REST is an error in the console
    await luc.open('/r/quiet');
    await luc.page.getByRole('button', { name: 'Créer un compte' }).click();
    await luc.page.getByRole('textbox', { name: 'Votre nom' }).fill('Luc');
    await luc.page.getByLabel('Mot de passe', { exact: true }).fill('the first password');
    await luc.page.keyboard.press('Enter');
    await luc.connection('Connecté').waitFor();
    await luc.page.getByRole('button', { name: 'Menu de Luc' }).click();
    await luc.page.getByRole('button', { name: 'Votre compte' }).click();
    const dialog = luc.page.getByRole('dialog', { name: 'Votre compte' });
    await dialog.getByRole('listitem').first().waitFor();
    await dialog.getByLabel('Mot de passe actuel').fill('not this one');
    await dialog.getByLabel('Nouveau mot de passe').fill('the second password');
    await luc.page.keyboard.press('Enter');
    await dialog.getByRole('alert').filter({ hasText: 'Ce n’est pas votre mot de passe actuel.' }).waitFor();
    await fits(luc);
    assert.deepEqual(await violations(luc), []);
    await luc.leave();
  });

  it('are made, helped and stopped by an administrator', async () => {
    const root = await Person.arrive(place.browser, place.chat, { width: 1280 });
    const cleo = await Person.arrive(place.browser, place.chat, { width: 320, height: 640 });
    for (const person of [root, cleo]) {
      person.expectNetworkTrouble();
      await person.open('/r/quiet');
      await person.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    }
    await write(root, 'Root', 'administrators know it');
    await root.connection('Connected').waitFor();
    await root.page.getByRole('button', { name: 'Make a room' }).waitFor();
    await root.page.getByRole('button', { name: 'Menu of Root' }).click();
    await root.page.getByRole('button', { name: 'Administration of the chat' }).click();
    const panel = root.page.getByRole('dialog', { name: 'Administration' });
    await panel.getByLabel('Name of a new person').fill('Cleo');
    await panel.getByRole('button', { name: 'Make the account' }).click();
    const password = await panel.locator('code').innerText();
    assert.deepEqual(await violations(root), []);
    await write(cleo, 'Cleo', password);
    await cleo.connection('Connected').waitFor();
    const entry = panel.getByRole('listitem').filter({ hasText: 'Cleo' });
    await panel.getByRole('combobox', { name: 'Role of Cleo' }).selectOption('admin');
    await entry.getByRole('button', { name: 'Sign out Cleo' }).click();
    await cleo.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    await write(cleo, 'Cleo', password);
    await cleo.connection('Connected').waitFor();
    await cleo.page.getByRole('button', { name: 'Menu of Cleo' }).click();
    await cleo.page.getByRole('button', { name: 'Administration of the chat' }).click();
    const narrow = cleo.page.getByRole('dialog', { name: 'Administration' });
    await narrow.getByRole('listitem').filter({ hasText: 'Root' }).waitFor();
    await fits(cleo);
    assert.deepEqual(await violations(cleo), []);
    await entry.getByRole('button', { name: 'Switch off Cleo' }).click();
    await cleo.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    await write(cleo, 'Cleo', password);
    await cleo.page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
    await entry.getByRole('button', { name: 'Delete Cleo' }).click();
    const sure = root.page.getByRole('alertdialog', { name: 'Delete the account of Cleo?' });
    await sure.waitFor();
    assert.deepEqual(await violations(root), []);
    await sure.getByRole('button', { name: 'Delete' }).click();
    await entry.waitFor({ state: 'detached' });
    await root.leave();
    await cleo.leave();
  });
});
