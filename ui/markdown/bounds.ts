/** Marks that nobody writes but to keep the pages of others busy are text, as they were written. No DOM. */
import type { TokenizerObject } from 'marked';

/** Marks of emphasis in one paragraph, at most: to find the pairs among more takes time by the square of their number. */
const MOST_MARKS = 300;
/** Quotes and lists within one another that one line may open: each of them is a call within a call. */
const MOST_NESTED = 32;

const NESTED = new RegExp(`^(?:[ \\t]*(?:>|(?:[-+*]|\\d{1,9}[.)])[ \\t])){${MOST_NESTED}}`);

/** Of a tokenizer: nothing is found here, and `false` leaves it to `marked`. */
const nested = (text: string): undefined | false => (NESTED.test(text) ? undefined : false);

/** Bounds for the tokenizer of `marked`. */
export function bounds(): TokenizerObject {
  // It asks at every mark, with the same paragraph.
  let paragraph = '';
  let hasTooMany = false;
  return {
    blockquote: nested,
    list: nested,
    emStrong: (_text, whole) => {
      if (whole !== paragraph) {
        paragraph = whole;
        hasTooMany = (whole.match(/\*+|_+/g)?.length ?? 0) > MOST_MARKS;
      }
      return hasTooMany ? undefined : false;
    },
  };
}
