/** Which language the page speaks. No catalogue is imported here: the script that runs before anything is painted uses it. */

export type Language = 'en' | 'fr' | 'ar';

export const languages: readonly Language[] = ['en', 'fr', 'ar'];

/**
 * The language chosen, else the first of the browser's that there is, else English.
 * @param choice what somebody chose; anything unknown is no choice
 * @param preferred language tags, best first (`navigator.languages`)
 */
export function languageFor(choice: string | null, preferred: readonly string[]): Language {
  const wanted = [choice ?? '', ...preferred.map((tag) => tag.toLowerCase().split('-', 1)[0] ?? '')];
  for (const name of wanted) {
    const known = languages.find((language) => language === name);
    if (known !== undefined) return known;
  }
  return 'en';
}

/** The tag that dates and numbers are written by: the region of the browser's, where it speaks that language. */
export function tagFor(language: Language, preferred: readonly string[]): string {
  return preferred.find((tag) => tag.toLowerCase().split('-', 1)[0] === language) ?? language;
}

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr';
}
