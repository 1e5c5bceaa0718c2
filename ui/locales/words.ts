/** The catalogue and the formats of the language in use. */
import type { Catalogue } from './en.ts';
import { en } from './en.ts';
import type { Language } from './language.ts';
import { tagFor } from './language.ts';

/** English until {@link useLanguage} has loaded another one. */
export let words: Catalogue = en;
let formats = formatsOf('en');

interface Formats {
  readonly time: Intl.DateTimeFormat;
  readonly day: Intl.DateTimeFormat;
  readonly dayWithYear: Intl.DateTimeFormat;
  readonly number: Intl.NumberFormat;
  readonly percent: Intl.NumberFormat;
  readonly list: Intl.ListFormat;
  readonly moment: Intl.DateTimeFormat;
}

/** With the digits of the sentences that numbers stand in, whatever else the region has. */
function formatsOf(tag: string): Formats {
  const digits = { numberingSystem: 'latn' };
  return {
    time: new Intl.DateTimeFormat(tag, { ...digits, hour: '2-digit', minute: '2-digit' }),
    day: new Intl.DateTimeFormat(tag, { ...digits, weekday: 'long', day: 'numeric', month: 'long' }),
    dayWithYear: new Intl.DateTimeFormat(tag, { ...digits, day: 'numeric', month: 'long', year: 'numeric' }),
    number: new Intl.NumberFormat(tag, { ...digits, maximumFractionDigits: 1 }),
    percent: new Intl.NumberFormat(tag, { ...digits, style: 'percent' }),
    list: new Intl.ListFormat(tag, { type: 'conjunction' }),
    moment: new Intl.DateTimeFormat(tag, { ...digits, dateStyle: 'medium', timeStyle: 'short' }),
  };
}

/**
 * From here on the page speaks a language. Its catalogue is loaded first; what is on screen is not drawn again by this.
 * @param preferred language tags, best first: the region of dates and numbers
 * @throws when the catalogue cannot be loaded; then everything stays as it was
 */
export async function useLanguage(language: Language, preferred: readonly string[]): Promise<void> {
  words = await catalogueOf(language);
  formats = formatsOf(tagFor(language, preferred));
}

async function catalogueOf(language: Language): Promise<Catalogue> {
  switch (language) {
    case 'en':
      return en;
    case 'fr':
      return (await import('./fr.ts')).fr;
    case 'ar':
      return (await import('./ar.ts')).ar;
  }
}

/** Whether the page speaks as the server does: then the server's own sentences, which know more, may be shown. */
export function speaksAsServer(): boolean {
  return words === en;
}

/** Hours and minutes of a time in milliseconds since 1970, as people write them here. */
export function formatTime(time: number): string {
  return formats.time.format(time);
}

export function formatNumber(value: number): string {
  return formats.number.format(value);
}

/** Several words as one: "Ann, Bob, and Cleo". */
export function formatList(parts: readonly string[]): string {
  return formats.list.format(parts);
}

/** Day and time, for what may be long ago. */
export function formatMoment(time: number): string {
  return formats.moment.format(time);
}

/** A duration in seconds with at most one decimal. */
export function formatSeconds(milliseconds: number): string {
  return words.seconds(formats.number.format(milliseconds / 1000));
}

/** A share of a hundred. */
export function formatPercent(percent: number): string {
  return formats.percent.format(percent / 100);
}

/** A time to come, in seconds, as roughly as people would say it. */
export function formatSpan(seconds: number): string {
  const { roughly } = words;
  if (seconds >= 5_400) return roughly.hours(Math.round(seconds / 3_600));
  if (seconds >= 90) return roughly.minutes(Math.round(seconds / 60));
  return roughly.seconds(Math.max(5, 5 * Math.round(seconds / 5)));
}

/** "Today", "Yesterday", or the date; both times in milliseconds since 1970. */
export function formatDay(time: number, now: number): string {
  const days = Math.round((startOfDay(now) - startOfDay(time)) / 86_400_000);
  if (days === 0) return words.transcript.today;
  if (days === 1) return words.transcript.yesterday;
  const sameYear = new Date(time).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? formats.day : formats.dayWithYear).format(time);
}

/** Midnight before a time, by the clock on the wall here. */
export function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}
