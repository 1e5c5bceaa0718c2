import { directionOf, languageFor } from './locales/language.ts';

/**
 * Runs before anything is painted: the chosen theme and language, and words in place of a blank page should the application's own
 * script not load (a page of an older release whose files are gone, a network that broke off).
 */
const words = {
  en: { loading: 'Loading…', missing: 'The chat could not be loaded. ', reload: 'Reload' },
  fr: { loading: 'Chargement…', missing: 'Le chat n’a pas pu être chargé. ', reload: 'Recharger' },
  ar: { loading: 'جارٍ التحميل…', missing: 'تعذّر تحميل المحادثة. ', reload: 'إعادة التحميل' },
};

let choice: string | null = null;
try {
  choice = localStorage.getItem('chatapp.language');
  const theme = localStorage.getItem('chatapp.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset['theme'] = theme;
} catch {
  // Storage is forbidden here: the system's theme it is.
}

const language = languageFor(choice, navigator.languages);
document.documentElement.lang = language;
document.documentElement.dir = directionOf(language);

addEventListener('DOMContentLoaded', () => {
  const shown = document.querySelector('.boot-words:not([role="alert"])');
  if (shown !== null) shown.textContent = words[language].loading;
});

addEventListener(
  'error',
  (event) => {
    if (!(event.target instanceof HTMLScriptElement)) return;
    const place = document.querySelector('.boot-words');
    if (place === null) return;
    const link = document.createElement('a');
    link.href = location.href;
    link.textContent = words[language].reload;
    place.replaceChildren(words[language].missing, link);
    place.setAttribute('role', 'alert');
  },
  true,
);
