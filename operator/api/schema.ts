/** From zod to a structural schema as CustomResourceDefinitions want it. */
import * as z from 'zod';

export type JsonSchema = { [key: string]: unknown };

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** zod writes the bounds of "any safe integer"; they say nothing and only make the CRD longer. */
function withoutSafeBounds({ minimum, maximum, ...rest }: JsonSchema): JsonSchema {
  return {
    ...rest,
    ...(minimum !== undefined && minimum !== Number.MIN_SAFE_INTEGER && { minimum }),
    ...(maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER && { maximum }),
  };
}

/**
 * A default in full, with the defaults of what is in it: rules over an object are checked against its default too, and that
 * before anything in it is filled in.
 */
function fullDefault(value: unknown, properties: Record<string, JsonSchema>): unknown {
  if (!isSchema(value)) return value;
  const inner = Object.entries(properties).flatMap(([name, child]) =>
    child['default'] === undefined ? [] : [[name, child['default']] as const],
  );
  return { ...Object.fromEntries(inner), ...value };
}

/** Rewrites one node; a structural schema knows fewer words than JSON Schema. */
function structural(node: JsonSchema): JsonSchema {
  const schema = withoutSafeBounds(node);
  delete schema['$schema'];
  delete schema['propertyNames'];
  if (schema['x-kubernetes-int-or-string'] === true) {
    // The bounds of both forms stand side by side: each is asked of its own type only.
    const forms = ((schema['anyOf'] ?? []) as JsonSchema[]).map(withoutSafeBounds);
    delete schema['anyOf'];
    const both = Object.assign({}, schema, ...forms) as JsonSchema;
    delete both['type'];
    return both;
  }
  if (schema['x-kubernetes-preserve-unknown-fields'] === true) {
    delete schema['additionalProperties'];
    delete schema['properties'];
    return schema;
  }
  // The pattern that zod writes beside a date-time is stricter than the format that the API server checks.
  if (schema['format'] === 'date-time') delete schema['pattern'];
  if (isSchema(schema['properties'])) {
    schema['properties'] = Object.fromEntries(
      Object.entries(schema['properties']).map(([name, child]) => [name, structural(child as JsonSchema)]),
    );
  }
  if (isSchema(schema['properties']) && schema['default'] !== undefined) {
    schema['default'] = fullDefault(schema['default'], schema['properties'] as Record<string, JsonSchema>);
  }
  if (isSchema(schema['items'])) schema['items'] = structural(schema['items']);
  if (isSchema(schema['additionalProperties'])) {
    schema['additionalProperties'] = structural(schema['additionalProperties']);
  }
  return schema;
}

/** The structural OpenAPI v3 schema of what people may write for a zod schema. */
export function openApiSchema(schema: z.ZodType): JsonSchema {
  return structural(z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input', reused: 'inline' }));
}
