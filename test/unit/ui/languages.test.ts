import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ar } from '../../../ui/locales/ar.ts';
import { en } from '../../../ui/locales/en.ts';
import { fr } from '../../../ui/locales/fr.ts';
import { de } from '../../../ui/locales/fr-elision.ts';
import { directionOf, languageFor, tagFor } from '../../../ui/locales/language.ts';
import {
  formatMoment,
  formatNumber,
  formatPercent,
  formatSpan,
  formatTime,
  useLanguage,
} from '../../../ui/locales/words.ts';

/** Every sentence of a catalogue by its path, functions with sample values. */
function sentences(part: object, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(part) as [string, unknown][]) {
    const at = `${path}${key}`;
    if (typeof value === 'string') found.set(at, value);
    else if (typeof value === 'object' && value !== null) {
      for (const [deeper, text] of sentences(value, `${at}.`)) found.set(deeper, text);
    } else if (typeof value === 'function') {
      const counts = ['count', 'place'].includes(key) || key === 'newMessages';
      const sample = counts ? 7 : key === 'typing' ? ['X', 'Y'] : 'X';
      found.set(at, String((value as (...all: unknown[]) => unknown)(sample, 'Y', '')));
    }
  }
  return found;
}

/** What is written alike in both languages. */
const alike = [
  'seconds',
  'message.label',
  'reply.label',
  'reply.done',
  'reply.doneSpoken',
  'composer.label',
  'code.plain',
  'image',
  'menu.mentions',
];

/** Keys are called as keyboards have them. */
const isKey = (at: string): boolean => at.startsWith('shortcuts.keys.');

describe('languages', () => {
  it('have words of their own for everything', () => {
    const english = sentences(en);
    for (const [name, other] of Object.entries({ fr, ar })) {
      const same = [...sentences(other)].filter(([at, text]) => text === english.get(at)).map(([at]) => at);
      assert.deepEqual(
        same.filter((at) => !alike.includes(at) && !isKey(at)),
        [],
        name,
      );
    }
    for (const [at, text] of sentences(ar)) {
      if (!isKey(at) && !['reply.done', 'reply.doneSpoken', 'message.label', 'reply.label'].includes(at)) {
        assert.match(text, /\p{Script=Arabic}/u, at);
      }
    }
  });

  it('name the room in which is searched, also when nothing is found', () => {
    for (const [name, { search }] of Object.entries({ en, fr, ar })) {
      const { label, count, none, noneYet } = search;
      for (const text of [label('X'), count(7, 'X', true), none('X'), noneYet('X')]) assert.match(text, /X/, name);
    }
  });

  it('count as people do', () => {
    assert.deepEqual([1, 2, 3, 11, 100].map(ar.transcript.newMessages), [
      ...['رسالة جديدة واحدة', 'رسالتان جديدتان', '3 رسائل جديدة', '11 رسالة جديدة', '100 رسالة جديدة'],
    ]);
    assert.deepEqual([0, 1, 2].map(fr.people.count), ['0 personne ici', '1 personne ici', '2 personnes ici']);
  });

  it('keep French marks on the line of their word, and names after their preposition', () => {
    for (const [at, text] of sentences(fr)) assert.doesNotMatch(text, /[^\S\u00a0][?!:;»]|«[^\S\u00a0]/u, at);
    assert.deepEqual(['Paul', 'Inès', 'Élodie', 'École', 'Yann', 'ليلى'].map(de), [
      ...['de Paul', 'd’Inès', 'd’Élodie', 'd’École', 'de Yann', 'de ليلى'],
    ]);
  });

  it('write numbers and times with one kind of digits, whatever the region', async () => {
    await useLanguage('ar', ['ar-EG']);
    const written = [formatNumber(1234.5), formatPercent(43), formatTime(0), formatMoment(0), formatSpan(600)];
    await useLanguage('en', []);
    for (const text of written) assert.match(text, /^[^\u0660-\u0669]*\d[^\u0660-\u0669]*$/, text);
  });

  it('are chosen by the person, then by the browser, else it is English', () => {
    assert.equal(languageFor('ar', ['fr-FR']), 'ar');
    assert.equal(languageFor(null, ['de-DE', 'FR-ca', 'en']), 'fr');
    assert.equal(languageFor('nonsense', ['de']), 'en');
    assert.equal(tagFor('fr', ['en', 'fr-CH']), 'fr-CH');
    assert.equal(tagFor('ar', ['en']), 'ar');
    assert.deepEqual(
      ['en', 'fr', 'ar'].map((each) => directionOf(each as 'en')),
      ['ltr', 'ltr', 'rtl'],
    );
  });
});
