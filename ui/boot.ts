/**
 * Runs before anything is painted: the chosen theme, and words in place of a blank page should the application's own
 * script not load (a page of an older release whose files are gone, a network that broke off).
 */
try {
  const theme = localStorage.getItem('chatapp.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset['theme'] = theme;
} catch {
  // Storage is forbidden here: the system's theme it is.
}

addEventListener(
  'error',
  (event) => {
    if (!(event.target instanceof HTMLScriptElement)) return;
    const words = document.querySelector('.boot-words');
    if (words === null) return;
    const link = document.createElement('a');
    link.href = location.href;
    link.textContent = 'Reload';
    words.replaceChildren('The chat could not be loaded. ', link);
    words.setAttribute('role', 'alert');
  },
  true,
);
