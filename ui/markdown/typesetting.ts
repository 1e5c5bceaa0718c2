/** Formulas as MathML. What makes it is a chunk of its own, loaded when the first formula is shown. */
import { words } from '../locales/words.ts';
import { texOf } from './formulas.ts';

type Typesetter = typeof import('./typesetter.ts');

let loading: Promise<Typesetter> | undefined;
/** Once it is there, formulas are typeset at once: what grows is drawn anew at every step, and must not flicker. */
let typesetter: Typesetter | undefined;

/** An inline formula with more TeX than this may be wider than a line on the narrowest pages. */
const MAY_BE_WIDE = 30;

/**
 * Puts MathML in place of a formula's source, now or a moment later. Where that cannot be made, or does not come, the source
 * stays: it can be read as well.
 * @param place the element that the formula will be in, for its styles
 */
export async function typeset(formula: HTMLElement, place: HTMLElement): Promise<void> {
  const display = formula.classList.contains('block') ? 'block' : 'inline';
  const tex = texOf(formula.textContent);
  if (display === 'block' || tex.length > MAY_BE_WIDE) scrolls(formula);
  if (typesetter === undefined) {
    try {
      typesetter = await load();
    } catch {
      place.dispatchEvent(new CustomEvent('part-missing', { bubbles: true, composed: true }));
      return;
    }
  }
  typesetter.useStyles(place);
  const mathml = typesetter.typeset(tex, display);
  if (mathml === undefined) {
    formula.classList.add('wrong');
    return;
  }
  formula.replaceChildren(mathml);
}

/** A failed try does not stand in the way of the next. */
function load(): Promise<Typesetter> {
  loading ??= import('./typesetter.ts').catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** By keyboard, too. */
function scrolls(formula: HTMLElement): void {
  formula.classList.add('wide');
  formula.tabIndex = 0;
  formula.setAttribute('role', 'group');
  formula.setAttribute('aria-label', words.formula);
}
