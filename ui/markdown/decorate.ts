/** What Markdown's elements get in a chat: code with its language and a button to copy, links that say where they lead. */
import { words } from '../locales/words.ts';
import { copyText } from '../state/clipboard.ts';

export function decorate(fragment: DocumentFragment): DocumentFragment {
  for (const pre of fragment.querySelectorAll('pre')) frameCode(pre);
  for (const link of fragment.querySelectorAll('a')) showTarget(link);
  for (const table of fragment.querySelectorAll('table')) {
    const box = wideBox(words.table);
    table.replaceWith(box);
    box.append(table);
  }
  return fragment;
}

function frameCode(pre: HTMLPreElement): void {
  const code = pre.querySelector('code');
  const language = /language-(\S+)/.exec(code?.className ?? '')?.[1] ?? '';
  const figure = document.createElement('div');
  figure.className = 'code';
  const head = document.createElement('div');
  head.className = 'code-head';
  const name = document.createElement('span');
  name.textContent = language === '' ? words.code.plain : language;
  const copy = document.createElement('button');
  copy.type = 'button';
  copy.textContent = words.code.copy;
  copy.className = 'copy';
  head.append(name, copy);
  pre.replaceWith(figure);
  const box = wideBox(name.textContent);
  box.append(pre);
  figure.append(head, box);
}

/** Wide things scroll by themselves, also by keyboard. */
function wideBox(label: string): HTMLElement {
  const box = document.createElement('div');
  box.className = 'wide';
  box.tabIndex = 0;
  box.setAttribute('role', 'group');
  box.setAttribute('aria-label', label);
  return box;
}

function showTarget(link: HTMLAnchorElement): void {
  if (!link.hasAttribute('href')) return;
  link.target = '_blank';
  link.rel = 'noopener noreferrer nofollow';
  link.title = link.href;
  const host = link.protocol === 'mailto:' ? link.pathname : link.hostname;
  if (link.textContent.includes(host)) return;
  const target = document.createElement('span');
  target.className = 'target';
  target.textContent = ` (${host})`;
  link.append(target);
}

/** Puts the text of a code block on the clipboard; says on the button what came of it. */
export async function copyCode(button: HTMLButtonElement): Promise<void> {
  const text = button.closest('.code')?.querySelector('code')?.textContent ?? '';
  button.textContent = (await copyText(text)) ? words.code.copied : words.code.failed;
  setTimeout(() => (button.textContent = words.code.copy), 2000);
}
