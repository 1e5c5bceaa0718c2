import fs from 'node:fs';
import { canInstall, install } from './apt.ts';
import { findProgram } from './run.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const fixedPlaces = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

function find(): string | undefined {
  for (const name of names) {
    const program = findProgram(name);
    if (program !== undefined) return program;
  }
  return fixedPlaces.find((file) => fs.existsSync(file));
}

/**
 * The path of a Chromium or Chrome, for playwright-core's `executablePath`: the one that CHROMIUM names, else one that is
 * installed, else on Debian as root one that is installed now. Throws words where there is none.
 * As root it must be started with `--no-sandbox`.
 */
export async function chromiumPath(): Promise<string> {
  const asked = process.env['CHROMIUM'];
  if (asked !== undefined && asked !== '') {
    if (fs.existsSync(asked)) return asked;
    throw new Error(`CHROMIUM names ${asked}, which is not there.`);
  }
  const found = find();
  if (found !== undefined) return found;
  if (!canInstall()) {
    throw new Error(
      'The browser tests need Chromium or Google Chrome: install one with the package manager, or name it with CHROMIUM=/path/to/it.',
    );
  }
  await install(['chromium', 'fonts-liberation'], 'for the browser tests');
  const installed = find();
  if (installed === undefined) throw new Error('The package chromium was installed, but no chromium is in PATH.');
  return installed;
}
