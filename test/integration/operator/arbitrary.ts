/** Values for the schema of the ChatApp, drawn at random. */
import * as fc from 'fast-check';
import type { JsonSchema } from '../../../operator/api/schema.ts';

/** Fields whose content is as in Kubernetes: only the API server knows it. */
const isFree = (schema: JsonSchema) => schema['x-kubernetes-preserve-unknown-fields'] === true;

/** Values for a node of the schema: mostly valid, at and around its bounds, now and then of another type. */
export function values(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (isFree(schema)) return fc.constant({});
  return fc.oneof(
    { weight: 40, arbitrary: fitting(schema) },
    { weight: 1, arbitrary: fc.constantFrom('', 7, true, [], {}) },
  );
}

function fitting(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  const { pattern, default: byDefault } = schema;
  const { minimum = 0, maximum = 100, maxLength = 50, minItems = 0 } = schema as Record<string, number>;
  if (schema['x-kubernetes-int-or-string'] === true) return fc.constantFrom('500m', '1Gi', 0, 2, '1.5', 'x', -1);
  switch (schema['type']) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return fc.constantFrom(minimum, minimum, maximum, maximum, minimum - 1, maximum + 1, 1.5);
    case 'string':
      if (typeof byDefault === 'string') return fc.constantFrom(byDefault, byDefault, byDefault, `${byDefault} `);
      if (typeof pattern !== 'string') {
        return fc.constantFrom('a', 'é', 'a'.repeat(maxLength), 'a'.repeat(maxLength + 1));
      }
      return fc.oneof(
        { weight: 6, arbitrary: fc.stringMatching(new RegExp(pattern)) },
        { weight: 1, arbitrary: fc.constantFrom('a', 'a'.repeat(maxLength), 'A b', '1h', '10Gi', 'a\n') },
      );
    case 'array':
      return fc.array(values(schema['items'] as JsonSchema), { minLength: minItems, maxLength: minItems + 2 });
    default:
      return typeof schema['additionalProperties'] === 'object'
        ? fc.dictionary(fc.constantFrom('cpu', 'memory', 'a.b/c'), values(schema['additionalProperties'] as JsonSchema))
        : object(schema);
  }
}

function object(schema: JsonSchema): fc.Arbitrary<unknown> {
  const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>;
  const required = (schema['required'] as string[] | undefined) ?? [];
  const fields = Object.entries(properties).map(([name, child]) => {
    // Few fields at a time: what is refused is then refused for one reason, and half of all objects are valid.
    const weight = required.includes(name) ? 0 : 8;
    return fc
      .oneof({ weight, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: values(child) })
      .map((value) => [name, value] as const);
  });
  return fc.tuple(...fields).map((list) => Object.fromEntries(list.filter(([, value]) => value !== undefined)));
}
