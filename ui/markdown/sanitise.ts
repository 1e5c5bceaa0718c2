/** The only place where a string becomes elements: through DOMPurify, with a short list of what may be there. */
import DOMPurify from 'dompurify';

const TAGS = [
  ...['p', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'ul', 'ol', 'li', 'pre', 'code'],
  ...['em', 'strong', 'del', 'a', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
  'span',
  // Of formulas.
  ...['math', 'mi', 'mn', 'mo', 'ms', 'mtext', 'mspace', 'mrow', 'mfrac', 'msqrt', 'mroot', 'mstyle', 'mpadded'],
  ...['mphantom', 'msub', 'msup', 'msubsup', 'munder', 'mover', 'munderover', 'mmultiscripts', 'mprescripts'],
  ...['mtable', 'mtr', 'mtd', 'menclose'],
];

/** None of them holds an address. */
const ATTRIBUTES = [
  ...['class', 'start', 'align'],
  // Of formulas.
  ...['display', 'displaystyle', 'scriptlevel', 'mathvariant', 'fence', 'form', 'stretchy', 'symmetric', 'separator'],
  ...['lspace', 'rspace', 'minsize', 'maxsize', 'movablelimits', 'largeop', 'accent', 'accentunder', 'linethickness'],
  ...['width', 'height', 'depth', 'voffset', 'columnspan', 'rowspan', 'notation'],
];

/** Only these lead somewhere; everything else loses its address. */
const ADDRESSES = /^(?:https?:|mailto:)/i;

/** Elements for untrusted HTML, in a document fragment of their own. */
export function sanitise(html: string): DocumentFragment {
  return DOMPurify.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ['href', ...ATTRIBUTES],
    ADD_URI_SAFE_ATTR: ATTRIBUTES,
    ALLOWED_URI_REGEXP: ADDRESSES,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
}
