import type { ChatApp } from '../api/chatapp.ts';
import { namesOf } from '../resources/metadata.ts';
import type { Observed } from './observed.ts';

/** What the parts of the chat report, by key. */
export function reportsOf(chat: ChatApp, { configMaps }: Pick<Observed, 'configMaps'>): Record<string, string> {
  const { reports } = namesOf(chat);
  return configMaps.find(({ metadata }) => metadata.name === reports)?.data ?? {};
}
