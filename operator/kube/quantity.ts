const binary = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimal: Record<string, number> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const form = /^([+-]?)(\d*)(?:\.(\d*))?(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?\d{1,3}))?$/;

/** The smallest part of a quantity that Kubernetes keeps is a billionth. */
const scale = 9;

/**
 * The value of a Kubernetes quantity (`500m`, `1Gi`, `0.5`, `1e3`) in billionths; undefined when it is none, or has parts
 * smaller than a billionth.
 */
export function parseQuantity(quantity: string | number): bigint | undefined {
  const match = form.exec(String(quantity));
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', power = '', suffix = '', exponent = '0'] = match;
  const digits = whole + fraction;
  if (digits === '') return undefined;
  const tens = scale - fraction.length + (decimal[suffix] ?? 0) + Number(exponent);
  const twos = BigInt(10 * (binary.indexOf(power) + 1));
  const value = BigInt(digits) << twos;
  const divisor = 10n ** BigInt(Math.max(0, -tens));
  if (value % divisor !== 0n) return undefined;
  const scaled = (value / divisor) * 10n ** BigInt(Math.max(0, tens));
  return sign === '-' ? -scaled : scaled;
}

/** Whether two quantities are worth the same: `1000m` and `1`. */
export function sameQuantity(a: string | number, b: string | number): boolean {
  const value = parseQuantity(a);
  return value !== undefined && value === parseQuantity(b);
}
