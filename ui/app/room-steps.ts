/** Steps with a room that cannot be undone: each asks first. */
import type { LitElement } from 'lit';
import type { RestClient } from '../../runtime/protocol/rest-client.ts';
import type { Room } from '../../runtime/protocol/rest.ts';
import type { ConfirmDialog, Question } from '../components/confirm-dialog.ts';
import { words } from '../locales/words.ts';

type Named = Pick<Room, 'name' | 'title'>;

/** Asks in the `confirm-dialog` of a component. */
export async function ifSure(host: LitElement, question: Question, step: () => Promise<void>): Promise<void> {
  if (await host.renderRoot.querySelector<ConfirmDialog>('confirm-dialog')?.ask(question)) await step();
}

export function clearRoom(
  host: LitElement,
  rest: RestClient,
  { name, title }: Named,
  say: (words: string) => void,
): Promise<void> {
  const { settings } = words;
  const question = { heading: settings.clearHeading(title), lead: settings.clearLead, yes: settings.clear };
  return ifSure(host, question, async () => {
    await rest.clearRoom(name);
    say(settings.cleared);
  });
}

/** @param done called when it is removed */
export function removeRoom(
  host: LitElement,
  rest: RestClient,
  { name, title }: Named,
  done: () => void | Promise<void>,
): Promise<void> {
  const { settings } = words;
  const question = { heading: settings.removeHeading(title), lead: settings.removeLead, yes: settings.remove };
  return ifSure(host, question, async () => {
    await rest.removeRoom(name);
    await done();
  });
}
