/** The OpenAPI document of a running chat, and whether what is asked and answered is as it says. */
import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Answer, Visitor } from './visitor.ts';

interface Media {
  readonly content?: Readonly<Record<string, { readonly schema: { readonly $ref?: string } }>>;
}

export interface Operation {
  readonly operationId: string;
  readonly security: readonly object[];
  readonly description: string;
  readonly requestBody?: Media;
  readonly responses: Readonly<Record<string, Media>>;
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: object;
}

interface Asked {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
}

export class Described {
  readonly #document: Document;
  readonly #schemas = new Ajv2020({ strict: false, validateFormats: false });
  /** Operations that were answered with success. */
  readonly done = new Set<string>();

  constructor(document: Document) {
    this.#document = document;
    this.#schemas.addSchema({ $id: 'chat:', components: closed(document.components) });
  }

  operations(): readonly { method: string; path: string; operation: Operation }[] {
    return Object.entries(this.#document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
    );
  }

  /** Asks, and checks that body and answer are described. @param route such as `GET /api/rooms/{room}` */
  async ask<T = object>(visitor: Visitor, route: string, asked: Asked = {}): Promise<Answer<T>> {
    const [method = '', path = ''] = route.split(' ');
    const operation = this.#document.paths[path]?.[method.toLowerCase()];
    assert.ok(operation, `${route} is not described`);
    const { params = {}, query, body } = asked;
    const way = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(params[name] ?? 'nobody'));
    const answer = await visitor.ask<T>(method, query ? `${way}?${new URLSearchParams(query).toString()}` : way, body);
    const media = operation.responses[answer.status];
    const { error } = answer.body;
    assert.ok(media, `${route} answered ${answer.status} ${error?.code ?? ''}, which is not described`);
    const type = answer.headers.get('content-type')?.split(';')[0] ?? 'nothing';
    if (media.content === undefined) assert.notEqual(type, 'application/json', route);
    else this.#check(`the answer ${answer.status} of ${route}`, media, type, answer.body);
    if (answer.status >= 400) return answer;
    if (body !== undefined) this.#check(`the body of ${route}`, operation.requestBody, 'application/json', body);
    this.done.add(operation.operationId);
    return answer;
  }

  #check(what: string, media: Media | undefined, type: string, value: unknown): void {
    const schema = media?.content?.[type]?.schema;
    assert.ok(schema, `${what} is not described as ${type}`);
    if (schema.$ref === undefined) return;
    const isValid = this.#schemas.validate({ $ref: `chat:${schema.$ref}` }, value);
    assert.ok(isValid, `${what}: ${this.#schemas.errorsText()} in ${JSON.stringify(value)}`);
  }
}

/** Without room for fields that are not described: the document allows them, for newer servers. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  const isObject = 'type' in schema && schema.type === 'object' && !('additionalProperties' in schema);
  return isObject ? { ...inner, additionalProperties: false } : inner;
}
