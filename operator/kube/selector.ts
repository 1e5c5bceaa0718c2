import type { KubeObject } from './object.ts';

/**
 * Whether an object's labels match a label selector in its text form: `a=b`, `a!=b`, `a in (b,c)`, `a notin (b,c)`, `a`, `!a`,
 * joined by commas. Throws on any other form.
 */
export function matchesLabels(selector: string, object: KubeObject): boolean {
  const labels = object.metadata.labels ?? {};
  return split(selector).every((term) => {
    const match = /^(!?)\s*([\w./-]+)\s*(?:(==?|!=)\s*([\w.-]*)|(in|notin)\s*\(([^)]*)\))?$/.exec(term.trim());
    if (match === null) throw new TypeError(`not a label selector: ${selector}`);
    const [, not, key = '', operator, value, setOperator, set] = match;
    const label = labels[key];
    if (setOperator !== undefined) {
      const isIn = label !== undefined && (set ?? '').split(',').some((each) => each.trim() === label);
      return setOperator === 'in' ? isIn : !isIn;
    }
    if (operator === '!=') return label !== value;
    if (operator !== undefined) return label === value;
    return (label === undefined) === (not === '!');
  });
}

/** Whether an object matches a field selector on `metadata.name` and `metadata.namespace`. Throws on other fields. */
export function matchesFields(selector: string, object: KubeObject): boolean {
  return selector.split(',').every((term) => {
    const match = /^metadata\.(name|namespace)==?(.*)$/.exec(term.trim());
    if (match === null) throw new TypeError(`not a field selector that can be judged here: ${selector}`);
    return object.metadata[match[1] as 'name' | 'namespace'] === match[2];
  });
}

/** Cuts at commas that are not within parentheses. */
function split(selector: string): string[] {
  return selector.split(/,(?![^(]*\))/).filter((term) => term.trim() !== '');
}
