/** What tests want to know of a page beyond its words: accessibility, fit, focus. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Person } from './person.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Violations by rule and element, as words. */
export async function violations({ page }: Person): Promise<string[]> {
  await page.evaluate(axe); // by the debugger's hand: the page's policy stays in force
  const results = await page.evaluate(async (tags) => {
    const { axe: check } = globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } };
    return check.run({ runOnly: tags });
  }, TAGS);
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  );
}

/** Fails when the page scrolls sideways, or something of it lies outside without a box of its own to scroll in. */
export async function fits({ page }: Person): Promise<void> {
  const outside = await page.evaluate(() => {
    const found: string[] = [];
    const look = (root: Element | ShadowRoot): void => {
      for (const element of root.children) {
        const { right, left, width } = element.getBoundingClientRect();
        if (width > 1 && (right > innerWidth + 0.5 || left < -0.5)) found.push(element.outerHTML.slice(0, 80));
        if (element.classList.contains('wide')) continue;
        if (element.shadowRoot !== null) look(element.shadowRoot);
        look(element);
      }
    };
    look(document.documentElement);
    return found;
  });
  assert.deepEqual(outside, []);
  const [content, view] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.equal(content, view, 'the page scrolls sideways');
}

/** Buttons and links that are seen and lower than a number of pixels, as words. */
export async function lowButtons({ page }: Person, least: number): Promise<string[]> {
  return page.evaluate((pixels) => {
    const found: string[] = [];
    const look = (root: Document | ShadowRoot): void => {
      for (const element of root.querySelectorAll('*')) {
        if (element.shadowRoot !== null) look(element.shadowRoot);
        const { width, height } = element.getBoundingClientRect();
        const isPressed = element.matches('button, a, summary, label:has(input)');
        if (!isPressed || width <= 1 || !element.checkVisibility()) continue;
        if (height < pixels) found.push(`${Math.round(height)} px: ${element.outerHTML.slice(0, 80)}`);
      }
    };
    look(document);
    return found;
  }, least);
}

/** What the element with the focus is called, in whichever shadow root it is. */
export async function focusedLabel({ page }: Person): Promise<string> {
  return page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element?.getAttribute('aria-label') ?? element?.textContent.trim() ?? '';
  });
}
