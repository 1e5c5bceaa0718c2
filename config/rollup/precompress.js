import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const compressible = /\.(?:html|js|css|svg|webmanifest)$/;

/** Writes `.br` and `.gz` beside every text file of a folder, at the best levels: compressed once here, never when served. */
export function precompress(folder) {
  return {
    name: 'precompress',
    writeBundle() {
      const names = readdirSync(folder, { recursive: true }).filter((name) => compressible.test(name));
      for (const name of names) {
        const file = join(folder, name);
        const content = readFileSync(file);
        const size = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length, [constants.BROTLI_PARAM_QUALITY]: 11 };
        writeFileSync(`${file}.br`, brotliCompressSync(content, { params: size }));
        writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
      }
    },
  };
}
