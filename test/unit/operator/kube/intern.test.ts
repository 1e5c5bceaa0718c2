import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Interner } from '../../../../operator/kube/intern.ts';

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe('Interner', () => {
  it('keeps every value as it is, whatever else it has met', () => {
    const interner = new Interner();
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const value = copy(json);
        assert.deepEqual(interner.share(copy(value)), value);
        assert.deepEqual(interner.share(copy(value)), value);
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes no value for another that is only written alike', () => {
    const interner = new Interner();
    const alike = [
      { a: 'x', b: 'y' },
      { a: 'x1"b1"y' },
      { a: 'xb"y' },
      { a: ['1'] },
      { a: { 0: '1' } },
      { a: [1] },
      { a: 'null,' },
      { a: null },
      { a: 'true' },
      { a: true },
      { 'a1"b': 1 },
      [],
      {},
      [[]],
      [{}],
      { a: [], b: 1 },
      { a: [1, 1] },
      { a: [11] },
      { a: { b: { c: 1 } } },
      { a: { b: {}, c: 1 } },
    ];
    for (const value of alike) interner.share(copy(value));
    for (const value of alike) assert.deepEqual(interner.share(copy(value)), value);
  });

  it('shares equal parts, and freezes all', () => {
    const interner = new Interner();
    const make = (name: string) =>
      interner.share({ name, probe: { httpGet: { path: '/healthz', port: 'http' } }, labels: ['a-long-label'] });
    const [one, two] = [make('one'), make('two')];
    assert.notEqual(one, two);
    assert.equal(one.probe, two.probe);
    assert.equal(one.labels, two.labels);
    assert.ok(Object.isFrozen(one) && Object.isFrozen(one.probe.httpGet) && Object.isFrozen(one.labels));
  });

  it('forgets what it has not met for a while', () => {
    const interner = new Interner();
    const share = () => interner.share({ spec: { some: 'value of a certain length' } });
    const first = share();
    for (let i = 0; i < 20_000; i++) interner.share({ unique: `number ${i} of many` });
    assert.notEqual(share().spec, first.spec);
  });
});
