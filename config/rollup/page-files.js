import { readFileSync } from 'node:fs';

const source = (name) => readFileSync(new URL(`../../ui/page/${name}`, import.meta.url), 'utf8');

/**
 * Two plugins that together write index.html from `ui/page/index.html`: its `%boot%`, `%style%`, `%app%` and `%preload%`
 * become the hashed names of this build. Icon and manifest keep their names: other places know them. A frontend writes its
 * own base path into the page as it serves it, and where there is a CDN, its address before what is marked `crossorigin`.
 */
export function pageFiles() {
  let bootFile = '';
  const boot = {
    name: 'page-boot',
    generateBundle(_options, bundle) {
      bootFile = Object.keys(bundle).find((name) => name.includes('boot-')) ?? '';
    },
  };
  const index = {
    name: 'page-index',
    buildStart() {
      for (const name of ['index.html', 'page.css', 'icon.svg', 'manifest.webmanifest'])
        this.addWatchFile(`ui/page/${name}`);
    },
    generateBundle(_options, bundle) {
      const style = this.emitFile({ type: 'asset', name: 'page.css', source: compact(source('page.css')) });
      const entry = Object.values(bundle).find((file) => file.type === 'chunk' && file.isEntry);
      const html = source('index.html')
        .replace('%boot%', `/${bootFile}`)
        .replace('%style%', `/${this.getFileName(style)}`)
        .replace('%app%', `/${entry.fileName}`)
        .replace(
          '%preload%',
          entry.imports.map((name) => `<link rel="modulepreload" crossorigin href="/${name}">`).join('\n    '),
        );
      this.emitFile({ type: 'asset', fileName: 'index.html', source: html });
      for (const name of ['icon.svg', 'manifest.webmanifest']) {
        this.emitFile({ type: 'asset', fileName: name, source: source(name) });
      }
    },
  };
  return { boot, index };
}

/** Comments and indentation are for us; what is left of a style sheet this small is not worth a minifier. */
function compact(css) {
  return (
    css
      .replaceAll(/\/\*[^]*?\*\//g, '')
      .replaceAll(/\s*\n\s*/g, '\n')
      .trim() + '\n'
  );
}
