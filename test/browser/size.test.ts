import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { builtPage } from './build.ts';

/** Bytes as they travel, gzip level 9. */
const INITIAL_BUDGET = 50 * 1024;
const ALL_BUDGET = 110 * 1024;

describe('the built page', function () {
  this.timeout(120_000);
  let folder: string;
  before(async () => {
    folder = await builtPage();
  });

  const compressed = (name: string): number => statSync(path.join(folder, `${name}.gz`)).size;

  it('loads at most 50 KB of JavaScript before it can be used, 110 KB in all but the colours of code and formulas', () => {
    const html = readFileSync(path.join(folder, 'index.html'), 'utf8');
    const initial = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, name]) => name!);
    assert.ok(initial.length >= 2, `index.html names its scripts: ${initial.join(' ')}`);
    const first = initial.map(compressed).reduce((sum, size) => sum + size, 0);
    const scripts = readdirSync(path.join(folder, 'assets')).filter((name) => name.endsWith('.js'));
    const all = scripts.map((name) => compressed(`assets/${name}`)).reduce((sum, size) => sum + size, 0);
    process.stdout.write(`      ${first} bytes at first, ${all} in all (gzip)\n`);
    assert.ok(first <= INITIAL_BUDGET, `${first} bytes at first, budget ${INITIAL_BUDGET}`);
    assert.ok(all <= ALL_BUDGET, `${all} bytes in all, budget ${ALL_BUDGET}`);
  });

  it('has a hash in the name of every script and style sheet, and compressed twins of every text', () => {
    for (const name of readdirSync(path.join(folder, 'assets'), { recursive: true, encoding: 'utf8' })) {
      if (/\.(?:js|css)$/.test(name)) assert.match(name, /-[\w-]{8,}\.(?:js|css)$/);
    }
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((each) => /\.(?:html|js|css|svg|webmanifest)$/.test(each))) {
      for (const suffix of ['.gz', '.br']) assert.ok(names.includes(name + suffix), `${name}${suffix} is missing`);
    }
  });
});
