/**
 * Colours for code, once its fence is closed. Each language is a chunk of its own, loaded when the first code of it is
 * shown; code in a language that is not here, or whose chunk does not come, stays as it is.
 */
import type { LanguageFn } from 'highlight.js';
import { sanitise } from './sanitise.ts';

type Load = () => Promise<{ readonly default: LanguageFn }>;

const languages: Readonly<Record<string, Load>> = {
  bash: () => import('highlight.js/lib/languages/bash'),
  c: () => import('highlight.js/lib/languages/c'),
  cpp: () => import('highlight.js/lib/languages/cpp'),
  csharp: () => import('highlight.js/lib/languages/csharp'),
  css: () => import('highlight.js/lib/languages/css'),
  diff: () => import('highlight.js/lib/languages/diff'),
  dockerfile: () => import('highlight.js/lib/languages/dockerfile'),
  go: () => import('highlight.js/lib/languages/go'),
  java: () => import('highlight.js/lib/languages/java'),
  javascript: () => import('highlight.js/lib/languages/javascript'),
  json: () => import('highlight.js/lib/languages/json'),
  kotlin: () => import('highlight.js/lib/languages/kotlin'),
  php: () => import('highlight.js/lib/languages/php'),
  python: () => import('highlight.js/lib/languages/python'),
  ruby: () => import('highlight.js/lib/languages/ruby'),
  rust: () => import('highlight.js/lib/languages/rust'),
  sql: () => import('highlight.js/lib/languages/sql'),
  swift: () => import('highlight.js/lib/languages/swift'),
  typescript: () => import('highlight.js/lib/languages/typescript'),
  xml: () => import('highlight.js/lib/languages/xml'),
  yaml: () => import('highlight.js/lib/languages/yaml'),
};

/** What people write after a fence, where it is not the name above. */
const aliases: Readonly<Record<string, string>> = {
  ...{ sh: 'bash', shell: 'bash', console: 'bash', zsh: 'bash', h: 'c', 'c++': 'cpp', cc: 'cpp', hpp: 'cpp' },
  ...{ cs: 'csharp', 'c#': 'csharp', docker: 'dockerfile', golang: 'go', js: 'javascript', jsx: 'javascript' },
  ...{ mjs: 'javascript', kt: 'kotlin', py: 'python', python3: 'python', rb: 'ruby', rs: 'rust', ts: 'typescript' },
  ...{ tsx: 'typescript', html: 'xml', svg: 'xml', yml: 'yaml', patch: 'diff', jsonc: 'json' },
};

/** Longer code costs more time than its colours are worth, in UTF-16 units. */
const LONGEST = 20_000;

/** The language that a fence names, among those that are here. */
export function languageOf(name: string): string | undefined {
  const lower = name.toLowerCase();
  const known = Object.hasOwn(aliases, lower) ? aliases[lower] : lower;
  return known !== undefined && Object.hasOwn(languages, known) ? known : undefined;
}

/** Colours the code of an element, a moment later. */
export async function highlight(code: HTMLElement, name: string): Promise<void> {
  const language = languageOf(name);
  const load = language === undefined ? undefined : languages[language];
  if (language === undefined || load === undefined || code.textContent.length > LONGEST) return;
  try {
    const [{ default: core }, grammar] = await Promise.all([import('highlight.js/lib/core'), load()]);
    if (core.getLanguage(language) === undefined) core.registerLanguage(language, grammar.default);
    code.replaceChildren(sanitise(core.highlight(code.textContent, { language, ignoreIllegals: true }).value));
  } catch {
    // Plain code reads as well, but the page may be of a release whose chunks are gone.
    code.dispatchEvent(new CustomEvent('part-missing', { bubbles: true, composed: true }));
  }
}
