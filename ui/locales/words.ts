/** The catalogue and the formats of the language in use. */
import type { Catalogue } from './en.ts';
import { en } from './en.ts';

export const words: Catalogue = en;
const locale = 'en';

const timeFormat = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dayFormat = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' });
const dayWithYearFormat = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' });
const numberFormat = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });

/** Hours and minutes of a time in milliseconds since 1970, as people write them here. */
export function formatTime(time: number): string {
  return timeFormat.format(time);
}

export function formatNumber(value: number): string {
  return numberFormat.format(value);
}

/** A duration in seconds with at most one decimal. */
export function formatSeconds(milliseconds: number): string {
  return `${numberFormat.format(milliseconds / 1000)} s`;
}

/** "Today", "Yesterday", or the date; both times in milliseconds since 1970. */
export function formatDay(time: number, now: number): string {
  const days = Math.round((startOfDay(now) - startOfDay(time)) / 86_400_000);
  if (days === 0) return words.transcript.today;
  if (days === 1) return words.transcript.yesterday;
  const sameYear = new Date(time).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? dayFormat : dayWithYearFormat).format(time);
}

/** Midnight before a time, by the clock on the wall here. */
export function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}
