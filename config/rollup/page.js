import { rmSync } from 'node:fs';
import commonjs from '@rollup/plugin-commonjs';
import nodeResolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { pageFiles } from './page-files.js';
import { precompress } from './precompress.js';
import { stripTypes } from './strip-types.js';

const folder = 'dist/ui';

/**
 * The page: one tiny classic script that runs before anything is painted (theme, and words when the rest does not load),
 * and the application as hashed modules. The second bundle writes index.html, which needs the names of both.
 */
export function pageBundles() {
  const page = pageFiles();
  return [
    {
      input: 'ui/boot.ts',
      output: { dir: folder, format: 'iife', entryFileNames: 'assets/boot-[hash].js' },
      plugins: [emptyFolder(), stripTypes(), terser(), page.boot],
    },
    {
      input: { app: 'ui/main.ts' },
      output: {
        dir: folder,
        format: 'es',
        sourcemap: true,
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: nameOfChunk,
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
      plugins: [
        nodeResolve({ browser: true }),
        stripTypes(),
        commonjs(), // highlight.js, the only one of its kind here
        terser({ ecma: 2020, module: true, compress: { passes: 2 } }),
        page.index,
        precompress(folder),
      ],
    },
  ];
}

/** A chunk of an earlier build must not end up in an image. */
function emptyFolder() {
  return { name: 'empty-folder', buildStart: () => rmSync(folder, { recursive: true, force: true }) };
}

/** What colours code and typesets formulas has folders of its own: the budget of scripts is without them. */
function nameOfChunk({ moduleIds }) {
  const has = (library) => moduleIds.some((id) => id.includes(`/node_modules/${library}/`));
  const folder = has('highlight.js') ? 'code/' : has('temml') ? 'formulas/' : '';
  return `assets/${folder}[name]-[hash].js`;
}
