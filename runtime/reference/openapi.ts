/** The REST API as an OpenAPI 3.1 document, made from the schemas that the server checks with. Pure. */
import * as z from 'zod';
import { UNCOUNTED } from '../api/request-pace.ts';
import { STATUS } from '../api/status.ts';
import type { Caller, Content, Limit, Route } from './route.ts';
import { errorsOf } from './route.ts';
import { routes } from './routes/all.ts';
import type { SchemaName } from './schemas.ts';
import { schemas } from './schemas.ts';

type Json = Readonly<Record<string, unknown>>;

const refTo = (name: SchemaName): Json => ({ $ref: `#/components/schemas/${name}` });

/** Who may call, in words. */
export const CALLERS: Readonly<Record<Caller, string>> = {
  anybody: 'Anybody may call this.',
  person: 'Needs a session.',
  account: 'Needs a session of somebody with a password.',
  member: 'Needs a session; of a private room, that of a member.',
  moderator: 'Needs a session of who moderates the room.',
  administrator: 'Needs the session of an administrator.',
};

/** What is counted beside requests, in words. */
export const LIMITS: Readonly<Record<Limit, string>> = {
  entering: 'people who enter from one address',
  attempts: 'attempts with a wrong password, by account and by address',
  messages: 'messages by person, by address and by room',
  rooms: 'rooms that a person makes',
  searches: 'searches of a person',
  exports: 'exports of a person',
};

/** Whether its calls are counted by who asks. */
export const isCounted = ({ path }: Route): boolean => !Object.hasOwn(UNCOUNTED, path);

/** What counts the calls of a route, in words. */
function limitsOf(route: Route): string {
  if (!isCounted(route)) return `Not counted: ${UNCOUNTED[route.path] ?? ''}.`;
  const person = route.caller === 'anybody' ? [] : ['requests of a person'];
  const all = ['requests from an address', ...person, ...(route.limits ?? []).map((limit) => LIMITS[limit])];
  return `Counted: ${all.join('; ')}.`;
}

/**
 * @param version of the program
 * @param basePath path under which the chat is on its host
 */
export function openApiDocument(version: string, basePath = '/'): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Chat',
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description:
        'Calls that change something are refused when a browser sends them for a page of another site. Fields may be added: skip those that you do not know.',
    },
    ...(basePath === '/' ? {} : { servers: [{ url: basePath }] }),
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        session: {
          ...{ type: 'apiKey', in: 'cookie', name: 'chatapp' },
          description: 'Over https its name is `__Host-chatapp`; below a path, that of the path follows.',
        },
      },
    },
  };
}

function operation(route: Route): Json {
  const { name, summary, caller, body } = route;
  return {
    operationId: name,
    summary,
    description: `${CALLERS[caller]} ${limitsOf(route)}`,
    security: caller === 'anybody' ? [] : [{ session: [] }],
    parameters: [...pathParameters(route), ...queryParameters(route)],
    ...(body !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: refTo(body) } } },
    }),
    responses: { ...answersOf(route), ...refusalsOf(route) },
  };
}

function answersOf({ answers }: Route): Record<string, Json> {
  return Object.fromEntries(Object.entries(answers).map(([status, content]) => [status, answerOf(content)]));
}

function answerOf(content: Content): Json {
  if (content === 'nothing') return { description: 'Done.' };
  if (content === 'redirect') {
    const location = { required: true, schema: { type: 'string', format: 'uri-reference' } };
    return { description: 'Go there.', headers: { location } };
  }
  if (content === 'file') {
    const text = { schema: { type: 'string' } };
    const json = { schema: refTo('Export') };
    return { description: 'The file.', content: { 'application/json': json, 'text/markdown': text } };
  }
  return { description: content, content: { 'application/json': { schema: refTo(content) } } };
}

/** Refusals by status, each with its codes. */
function refusalsOf(route: Route): Record<string, Json> {
  const byStatus = new Map<number, string[]>();
  for (const code of errorsOf(route, isCounted(route))) {
    byStatus.set(STATUS[code], [...(byStatus.get(STATUS[code]) ?? []), code]);
  }
  const wait = { 'retry-after': { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 1 } } };
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: codes.join(' or '),
        ...(status === STATUS.RateLimited && { headers: wait }),
        content: { 'application/json': { schema: refTo('Error') } },
      },
    ]),
  );
}

function pathParameters({ path }: Route): Json[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => {
    return { name, in: 'path', required: true, schema: { type: 'string' } };
  });
}

/** Of a route's question mark. */
export function queryParameters({ query }: Route): { name: string; required: boolean; schema: unknown; in: 'query' }[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input' });
  return Object.entries(properties).map(([name, schema]) => {
    return { name, in: 'query', required: required.includes(name), schema };
  });
}

/** Names of schemas by themselves, so that they refer to one another. */
export function componentSchemas(): Record<string, Json> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const { schemas: made } = z.toJSONSchema(registry, { io: 'input', uri: (id) => `#/components/schemas/${id}` });
  // Each would name itself, as if it were a document of its own.
  const isOwn = ([key]: [string, unknown]): boolean => key !== '$schema' && key !== '$id';
  return Object.fromEntries(
    Object.entries(made).map(([name, schema]) => [name, Object.fromEntries(Object.entries(schema).filter(isOwn))]),
  );
}
