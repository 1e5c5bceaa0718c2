import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isReserved, nameKey } from '../../../../runtime/auth/names.ts';

describe('names', () => {
  it('are the same whatever their case, width and blanks', () => {
    for (const name of ['Zoë Q', ' zoë  q ', 'ZOË Q', 'Zoe\u0308 Q', 'Ｚoë Q']) assert.equal(nameKey(name), 'zoë q');
    assert.notEqual(nameKey('Zoe Q'), nameKey('Zoë Q'));
  });

  for (const name of [
    'admin',
    'ADMIN',
    'A d m i n',
    'adm1n',
    'Аdmin',
    'Admín',
    'R00T',
    'Sys-tem',
    'HAL 9000',
    'HAL·9OOO',
    'αdmin',
  ]) {
    it(`"${name}" is reserved`, () => assert.equal(isReserved(name, 'Hal 9000'), true));
  }
  for (const name of ['Adminah', 'Ann', 'Халва', '李', 'Roots', 'Hal']) {
    it(`"${name}" is free`, () => assert.equal(isReserved(name, 'Hal 9000'), false));
  }
});
