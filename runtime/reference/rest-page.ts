/** The part of docs/protocol.md about REST, made from the same rows as the OpenAPI document. Pure. */
import { UNCOUNTED } from '../api/request-pace.ts';
import { STATUS } from '../api/status.ts';
import { CALLERS, componentSchemas, isCounted, LIMITS, queryParameters } from './openapi.ts';
import type { Route } from './route.ts';
import { errorsOf } from './route.ts';
import { routes } from './routes/all.ts';
import { fieldsOf } from './schema-words.ts';

const INTRODUCTION = `## REST

JSON in and out, with the session cookie; \`GET /api/openapi.json\` says the same as OpenAPI 3.1. A refusal is \`{error: {code, message, retryAfterMs?, limit?}}\`
with the status of its code; \`429\` and what comes back by itself carry \`Retry-After\` too. What a browser sends for a page of another site is refused (\`401\`).
Every route that is counted may be refused with \`RateLimited\`, and with \`Unavailable\` while Redis is away.
`;

export function restSections(): string[] {
  const rows = routes.map(
    (route) =>
      `| \`${route.method.toUpperCase()} ${route.path}\` | ${route.summary} | ${route.caller} | ${taken(route)} | ${given(route)} | ${refused(route)} | ${counted(route)} |`,
  );
  return [
    INTRODUCTION,
    `| route | what | who | takes | answers | refuses with | counts beside requests |\n| --- | --- | --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`,
    `### Who may call\n\n${list(CALLERS)}\n`,
    `### What is counted\n\n${COUNTED}\n${list(LIMITS)}\n\nNot counted:\n\n${list(UNCOUNTED)}\n`,
    `### Statuses of error codes\n\n| code | status |\n| --- | --- |\n${statuses().join('\n')}\n`,
    `### Schemas\n\n| schema | fields (\`?\`: may be left out) |\n| --- | --- |\n${schemaRows().join('\n')}\n`,
  ];
}

const COUNTED = `Requests from an address, and those of a person (\`chat.limits\` of the ChatApp), by the clock of Redis and over all backends. Beside them:
`;

const list = (words: Readonly<Record<string, string>>): string =>
  Object.entries(words)
    .map(([name, meaning]) => `- \`${name}\`: ${meaning}`)
    .join('\n');

function taken(route: Route): string {
  const query = queryParameters(route).map(({ name, required }) => {
    return `\`?${name}\`${required ? '' : ' (may be left out)'}`;
  });
  return [...query, ...(route.body === undefined ? [] : [route.body])].join(', ');
}

const given = ({ answers }: Route): string =>
  Object.entries(answers)
    .map(([status, content]) => `${status} ${content}`)
    .join(', ');

/** Without what all counted ones may be refused with. */
function refused(route: Route): string {
  const own = errorsOf(route, isCounted(route)).filter((code) => code !== 'RateLimited' && code !== 'Unavailable');
  return own.map((code) => `\`${code}\``).join(', ');
}

function counted(route: Route): string {
  return isCounted(route) ? (route.limits ?? []).map((limit) => `\`${limit}\``).join(', ') : 'nothing is counted';
}

const statuses = (): string[] => Object.entries(STATUS).map(([code, status]) => `| \`${code}\` | ${status} |`);

function schemaRows(): string[] {
  return Object.entries(componentSchemas()).map(([name, schema]) => {
    return `| \`${name}\` | ${name === 'Entry' ? 'one of the entries of a room, see above' : fieldsOf(schema)} |`;
  });
}
