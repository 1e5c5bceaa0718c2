import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { differences } from '../../../../operator/kube/difference.ts';

const paths = (desired: unknown, live: unknown): string[] => differences(desired, live).map(({ path }) => path);

describe('difference', () => {
  it('minds only what is desired', () => {
    assert.deepEqual(paths({ a: 1 }, { a: 1, b: 2 }), []);
    assert.deepEqual(paths({ a: 1, c: { d: true } }, { a: 2, c: { d: false, e: 1 } }), ['a', 'c.d']);
    assert.deepEqual(paths({ a: { b: 1 } }, {}), ['a']);
  });

  it('tells what is there instead', () => {
    assert.deepEqual(differences({ a: { b: 'x' } }, { a: { b: 'y' } }), [{ path: 'a.b', live: 'y' }]);
  });

  it('any JSON value does not differ from itself', () => {
    const same = fc.property(fc.jsonValue(), (value) => assert.deepEqual(paths(value, structuredClone(value)), []));
    fc.assert(same, { examples: [[{ ['__proto__']: [[]] }], [{ constructor: [{}], toString: [1] }]] });
  });

  const pod = (container: object): object => ({ spec: { containers: [container] } });

  const equal: [string, unknown, unknown][] = [
    [
      'quantities by value',
      pod({ name: 'a', resources: { limits: { cpu: '1000m' } } }),
      pod({ name: 'a', resources: { limits: { cpu: 1 } } }),
    ],
    ['an empty list and none', { a: [] }, {}],
    ['empty labels and none', { metadata: { labels: {} } }, { metadata: {} }],
    ['null and none', { a: null }, {}],
    [
      'elements by name, in another order, with others between',
      pod({ name: 'a' }),
      { spec: { containers: [{ name: 'b' }, { name: 'a', image: 'i' }] } },
    ],
    [
      'ports by number and protocol, TCP unless said',
      pod({ name: 'a', ports: [{ containerPort: 1 }] }),
      pod({
        name: 'a',
        ports: [
          { containerPort: 1, protocol: 'UDP' },
          { containerPort: 1, protocol: 'TCP' },
        ],
      }),
    ],
    [
      'elements of plain lists with defaults filled in',
      { rules: [{ port: 1 }] },
      { rules: [{ port: 1, protocol: 'TCP' }] },
    ],
    ['finalizers among others', { metadata: { finalizers: ['a'] } }, { metadata: { finalizers: ['b', 'a'] } }],
  ];
  for (const [what, desired, live] of equal) {
    it(`takes as equal: ${what}`, () => assert.deepEqual(paths(desired, live), []));
  }

  const different: [string, unknown, unknown, string[]][] = [
    [
      'text that looks like a quantity',
      pod({ name: 'a', env: [{ name: 'E', value: '1000m' }] }),
      pod({ name: 'a', env: [{ name: 'E', value: '1' }] }),
      ['spec.containers[name=a].env[name=E].value'],
    ],
    ['a missing element', pod({ name: 'a' }), { spec: { containers: [{ name: 'b' }] } }, ['spec.containers[name=a]']],
    ['one more in a plain list', { args: ['a'] }, { args: ['a', 'b'] }, ['args']],
    ['another order in a plain list', { args: ['a', 'b'] }, { args: ['b', 'a'] }, ['args[0]', 'args[1]']],
    ['something where nothing should be', { args: [] }, { args: ['a'] }, ['args']],
    [
      'an empty object that is missing',
      { volumes: [{ name: 'v', emptyDir: {} }] },
      { volumes: [{ name: 'v', hostPath: {} }] },
      ['volumes[name=v].emptyDir'],
    ],
    [
      'one more key in a selector',
      { spec: { selector: { app: 'a' } } },
      { spec: { selector: { app: 'a', x: 'y' } } },
      ['spec.selector.x'],
    ],
    ['a number and its text', { port: 80 }, { port: '80' }, ['port']],
    ['a list and a map', { a: [1] }, { a: { 0: 1 } }, ['a']],
    [
      'a finalizer that is missing',
      { metadata: { finalizers: ['a'] } },
      { metadata: { finalizers: ['b'] } },
      ['metadata.finalizers'],
    ],
    ['names with dots', { annotations: { 'a.b/c': '1' } }, { annotations: {} }, ['annotations[a.b/c]']],
    [
      'ports of a network policy',
      { spec: { ingress: [{ ports: [{ port: 1 }] }] } },
      { spec: { ingress: [{ ports: [{ port: 1 }, { port: 2 }] }] } },
      ['spec.ingress[0].ports'],
    ],
  ];
  for (const [what, desired, live, expected] of different) {
    it(`finds: ${what}`, () => assert.deepEqual(paths(desired, live), expected));
  }

  it('knows the lists of custom kinds when told', () => {
    const [desired, live] = [{ endpoints: [{ port: 'a' }] }, { endpoints: [{ port: 'b' }, { port: 'a' }] }];
    assert.deepEqual(paths(desired, live), ['endpoints']);
    assert.deepEqual(differences(desired, live, { endpoints: ['port'] }), []);
  });
});
