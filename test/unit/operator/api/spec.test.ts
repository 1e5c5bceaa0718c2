import assert from 'node:assert/strict';
import { customResourceDefinition } from '../../../../operator/api/crd.ts';
import { seconds } from '../../../../operator/api/duration.ts';
import { childName, slug } from '../../../../operator/api/names.ts';
import type { JsonSchema } from '../../../../operator/api/schema.ts';
import { specSchema } from '../../../../operator/api/spec.ts';

const smallest = { ollama: { models: [{ name: 'tinyllama' }] } };

describe('ChatApp spec', () => {
  it('needs nothing but a model, and fills in the rest', () => {
    const spec = specSchema.parse(smallest);
    assert.equal(spec.backend.replicas, 3);
    assert.equal(spec.frontend.replicas, 2);
    assert.equal(spec.redis.persistence, 'Always');
    assert.equal(spec.chat.queue.maxWaiting, 50);
  });

  for (const [what, spec] of Object.entries({
    'no model': { ollama: { models: [] } },
    'two models of one name': { ollama: { models: [{ name: 'a' }, { name: 'a' }] } },
    'too many backends': { ...smallest, backend: { replicas: 101 } },
    'a broken duration': { ...smallest, chat: { queue: { waitTimeout: 'soon' } } },
    'a broken size': { ...smallest, redis: { storage: { size: 'big' } } },
    'an unknown mode': { ...smallest, auth: { mode: 'Nobody' } },
    'a URL with a path': { ...smallest, publicURL: 'https://chat.example.org/path' },
    ...Object.fromEntries(
      ['chat', '/chat/', '//chat', '/a//b', '/..', '/a/../b', '/./a', '/a b', '/a?b', '/a%2fb', '/ü'].map((path) => [
        `the path ${path}`,
        { ...smallest, ingress: { path } },
      ]),
    ),
    ...Object.fromEntries(
      [
        'cdn.example',
        'https://cdn.example/x',
        'https://cdn.example; img-src *',
        "https://cdn.example' 'unsafe-inline",
      ].map((assetBaseURL) => [`files from ${assetBaseURL}`, { ...smallest, ingress: { assetBaseURL } }]),
    ),
  })) {
    it(`refuses ${what}`, () => assert.equal(specSchema.safeParse(spec).success, false));
  }
});

describe('CustomResourceDefinition', () => {
  const [version] = customResourceDefinition().spec.versions;

  function* nodes(schema: JsonSchema, path: string): Generator<[string, JsonSchema]> {
    yield [path, schema];
    for (const [name, child] of Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>)) {
      yield* nodes(child, `${path}.${name}`);
    }
    for (const word of ['items', 'additionalProperties']) {
      if (schema[word] !== undefined) yield* nodes(schema[word] as JsonSchema, `${path}[]`);
    }
  }
  const { properties } = version!.schema.openAPIV3Schema;
  const all = [...nodes(properties.spec, 'spec'), ...nodes(properties.status, 'status')];

  it('bounds every string, list and map, so that CEL has a bounded cost', () => {
    for (const [path, schema] of all) {
      if (schema['x-kubernetes-preserve-unknown-fields'] === true || schema['x-kubernetes-int-or-string'] === true) {
        continue;
      }
      if (schema['type'] === 'string' && schema['enum'] === undefined && schema['format'] === undefined) {
        assert.ok(schema['maxLength'] !== undefined, `${path} has no maxLength`);
      }
      if (schema['type'] === 'array') assert.ok(schema['maxItems'] !== undefined, `${path} has no maxItems`);
      if (schema['additionalProperties'] !== undefined) {
        assert.ok(schema['maxProperties'] !== undefined, `${path} has no maxProperties`);
      }
    }
  });

  it('describes every field', () => {
    for (const [path, schema] of all) {
      if (path.endsWith('[]') || ['spec', 'status'].includes(path) || path.startsWith('status.models[].replicas.')) {
        continue;
      }
      assert.ok(schema['description'] !== undefined, `${path} has no description`);
    }
  });

  it('has no word that a structural schema does not know', () => {
    for (const [path, schema] of all) {
      for (const word of ['$schema', 'anyOf', 'propertyNames', 'const']) {
        assert.ok(!(word in schema), `${path} has ${word}`);
      }
      assert.ok(schema['type'] !== undefined || schema['x-kubernetes-int-or-string'] === true, `${path} has no type`);
    }
  });
});

describe('names', () => {
  it('cuts long names and keeps them apart', () => {
    const a = childName('a'.repeat(60), 'backend');
    const b = childName('a'.repeat(60), 'frontend');
    assert.ok(a.length <= 63 && b.length <= 63);
    assert.notEqual(a, b);
    assert.equal(childName('demo', 'redis'), 'demo-redis');
  });

  it('makes any text fit for a name', () => {
    assert.equal(slug('Llama3.2:3B'), 'llama3-2-3b');
    assert.equal(slug('///'), 'x');
  });
});

describe('duration', () => {
  for (const [text, value] of Object.entries({ '30s': 30, '1h30m': 5_400, '7d': 604_800, '1d1h1m1s': 90_061 })) {
    it(`reads ${text}`, () => assert.equal(seconds(text), value));
  }
  it('refuses what is none', () => assert.throws(() => seconds('1 hour'), RangeError));
});
