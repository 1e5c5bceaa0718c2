/** The API reference page, from the same schema as everything else. */
import { API_VERSION, KIND } from './group.ts';
import { type JsonSchema, openApiSchema } from './schema.ts';
import { specSchema } from './spec.ts';
import { statusSchema } from './status.ts';

/** A bound or a description as it stands in a cell; nothing where there is none. */
function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function typeOf(schema: JsonSchema): string {
  if (schema['x-kubernetes-int-or-string'] === true) return 'quantity';
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => `\`${String(value)}\``).join(' \\| ');
  if (schema['type'] === 'array') return `list of ${typeOf(schema['items'] as JsonSchema)}`;
  if (schema['type'] === 'object' && schema['additionalProperties'] !== undefined) return 'map';
  return text(schema['type']);
}

function bounds(schema: JsonSchema): string {
  const { minimum, maximum, maxLength, maxItems } = schema;
  if (minimum !== undefined || maximum !== undefined) return `${text(minimum)}–${text(maximum)}`;
  if (maxLength !== undefined) return `≤ ${text(maxLength)} characters`;
  return maxItems === undefined ? '' : `≤ ${text(maxItems)}`;
}

/** Defaults of single values; those of an object stand beside what is in it. */
function byDefault({ default: value, properties }: JsonSchema): string {
  if (value === undefined || properties !== undefined || JSON.stringify(value) === '{}') return '';
  return `\`${JSON.stringify(value)}\``;
}

function* rows(schema: JsonSchema, path: string): Generator<string> {
  const required = new Set((schema['required'] as string[] | undefined) ?? []);
  for (const [name, child] of Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>)) {
    const here = path === '' ? name : `${path}.${name}`;
    const description = `${required.has(name) ? '**Required.** ' : ''}${text(child['description'])}`;
    yield `| \`${here}\` | ${typeOf(child)} | ${byDefault(child)} | ${bounds(child)} | ${description} |`;
    const items = child['items'] as JsonSchema | undefined;
    if (items?.['properties'] !== undefined) yield* rows(items, `${here}[]`);
    else yield* rows(child, here);
  }
}

function* ruleLines(schema: JsonSchema, path: string): Generator<string> {
  for (const { message } of (schema['x-kubernetes-validations'] ?? []) as { message: string }[]) {
    yield `- ${path === '' ? '' : `\`${path}\`: `}${message}`;
  }
  for (const [name, child] of Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>)) {
    yield* ruleLines(child, path === '' ? name : `${path}.${name}`);
  }
}

const HEAD = ['| field | type | default | bounds | meaning |', '|---|---|---|---|---|'];

/** Markdown of `docs/api.md`. */
export function apiReference(): string {
  const spec = openApiSchema(specSchema);
  return [
    `# ${KIND} reference`,
    '',
    `\`apiVersion: ${API_VERSION}\`, \`kind: ${KIND}\`, short name \`chat\`. Made by \`npm run generate\` from \`operator/api\`.`,
    '',
    '## spec',
    '',
    ...HEAD,
    ...rows(spec, ''),
    '',
    'Rules across fields:',
    '',
    ...ruleLines(spec, ''),
    '',
    '## status',
    '',
    ...HEAD,
    ...rows(openApiSchema(statusSchema), ''),
    '',
  ].join('\n');
}
