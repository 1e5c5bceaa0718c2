import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { describe, it } from 'mocha';
import { contentSecurityPolicy } from '../../../../runtime/frontend/headers.ts';
import { placePage } from '../../../../runtime/frontend/page.ts';

const source = fs.readFileSync(new URL('../../../../ui/page/index.html', import.meta.url), 'utf8');
const built = source
  .replace('%boot%', '/assets/boot-00000000.js')
  .replace('%style%', '/assets/page-11111111.css')
  .replace('%app%', '/assets/app-22222222.js')
  .replace('%preload%', '<link rel="modulepreload" crossorigin href="/assets/part-33333333.js">');
const files = new Map(
  [
    'boot-00000000.js',
    'page-11111111.css',
    'app-22222222.js',
    'part-33333333.js',
    'code/ts-44444444.js',
    'a.js.map',
  ].map((name) => [`assets/${name}`, Buffer.from(`content of ${name}`)]),
);
const hash = (algorithm: string, content: string) =>
  `${algorithm}-${createHash(algorithm).update(content).digest('base64')}`;
const addresses = (html: string) => [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, address]) => address);

describe('the page of a chat', () => {
  it('is as the build made it when the chat has its host to itself', () => {
    assert.deepEqual(placePage(built, { basePath: '/' }, files), { html: built, sources: {} });
  });

  it('has the path of the chat before every address, and says it', () => {
    const { html, sources } = placePage(built, { basePath: '/a/b' }, files);
    assert.deepEqual(addresses(html), [
      '/a/b/icon.svg',
      '/a/b/manifest.webmanifest',
      '/a/b/assets/boot-00000000.js',
      '/a/b/assets/page-11111111.css',
      '/a/b/assets/part-33333333.js',
      '/a/b/assets/app-22222222.js',
      '/a/b/icon.svg',
    ]);
    assert.match(html, /<meta name="chatapp-base" content="\/a\/b" \/>/);
    assert.doesNotMatch(html, /integrity|importmap/);
    assert.deepEqual(sources, {});
  });

  it('takes scripts and styles from a CDN, each by its hash, and all else from the chat', () => {
    const { html, sources } = placePage(built, { basePath: '/a', assetBaseURL: 'https://cdn.example' }, files);
    assert.deepEqual(addresses(html), [
      '/a/icon.svg',
      '/a/manifest.webmanifest',
      '/a/assets/boot-00000000.js',
      'https://cdn.example/a/assets/page-11111111.css',
      'https://cdn.example/a/assets/part-33333333.js',
      'https://cdn.example/a/assets/app-22222222.js',
      '/a/icon.svg',
    ]);
    for (const [tag] of html.matchAll(/<[^>]*cdn\.example[^>]*(?=>)/g)) {
      if (tag.startsWith('<script type="importmap"')) continue;
      const name = /(assets[^"]*)"/.exec(tag)![1]!;
      assert.match(tag, / crossorigin /);
      assert.ok(tag.includes(` integrity="${hash('sha384', files.get(name)!.toString())}"`), tag);
    }
    const [, map] = /<script type="importmap">(.*)<\/script>/.exec(html)!;
    const { integrity } = JSON.parse(map!) as { integrity: Record<string, string> };
    assert.deepEqual(
      Object.keys(integrity).filter((url) => !url.includes('boot')),
      ['app-22222222.js', 'part-33333333.js', 'code/ts-44444444.js'].map(
        (name) => `https://cdn.example/a/assets/${name}`,
      ),
    );
    assert.equal(
      integrity['https://cdn.example/a/assets/code/ts-44444444.js'],
      hash('sha384', 'content of code/ts-44444444.js'),
    );
    assert.ok(html.indexOf('importmap') < html.indexOf('modulepreload'), 'before anything that loads a module');
    const usual = contentSecurityPolicy();
    const policy = contentSecurityPolicy(sources);
    assert.equal(
      policy,
      usual
        .replace(`script-src 'self'`, `script-src 'self' https://cdn.example '${hash('sha256', map!)}'`)
        .replace(`style-src 'self'`, `style-src 'self' https://cdn.example`),
    );
  });
});
