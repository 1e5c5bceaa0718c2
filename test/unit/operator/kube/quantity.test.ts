import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseQuantity, sameQuantity } from '../../../../operator/kube/quantity.ts';

describe('quantity', () => {
  const same: [string | number, string | number][] = [
    ['1000m', '1'],
    ['0.5', '500m'],
    [1, '1'],
    ['1024Mi', '1Gi'],
    ['0.5Gi', '512Mi'],
    ['1.5Gi', '1536Mi'],
    ['1e3', '1k'],
    ['1E3', '1000'],
    ['1E', '1000P'],
    ['5e-1', '500m'],
    ['.5', '0.5'],
    ['2.', '2'],
    ['1000000n', '1m'],
    ['-1', '-1000m'],
    ['128974848', '123Mi'],
  ];
  for (const [a, b] of same) it(`${a} is ${b}`, () => assert.ok(sameQuantity(a, b)));

  const different: [string | number, string | number][] = [
    ['1', '1001m'],
    ['1G', '1Gi'],
    ['1m', '1M'],
    ['1', '-1'],
  ];
  for (const [a, b] of different) it(`${a} is not ${b}`, () => assert.ok(!sameQuantity(a, b)));

  for (const text of ['', 'one', '1 Gi', '1KB', '1..2', '--1', '1Gii', 'm', '1e', '1e1e1']) {
    it(`'${text}' is none`, () => assert.equal(parseQuantity(text), undefined));
  }
});
