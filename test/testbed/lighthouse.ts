import fs from 'node:fs';
import path from 'node:path';
import { artifact } from './artifact.ts';
import { chromiumPath } from './chromium.ts';
import { run } from './run.ts';
import { versions } from './versions.ts';

/** Scores from 0 to 100. */
export interface Scores {
  readonly performance: number;
  readonly accessibility: number;
  readonly 'best-practices': number;
}

const CATEGORIES = ['performance', 'accessibility', 'best-practices'] as const;

/**
 * Lighthouse as a program. It is 185 MB with all that it needs, more than everything else together, and only the bench asks
 * for it: so it is no dependency of the project, but is got when it is first wanted.
 */
async function ensureLighthouse(): Promise<string> {
  const folder = await artifact({
    name: 'lighthouse',
    words: `getting Lighthouse ${versions.lighthouse} (half a minute)`,
    key: [versions.lighthouse],
    make: async (into) => {
      fs.writeFileSync(path.join(into, 'package.json'), '{"private":true}');
      const args = ['install', '--silent', '--save-exact', `lighthouse@${versions.lighthouse}`];
      await run('npm', args, { timeout: 10 * 60_000, cwd: into });
    },
  });
  return path.join(folder, 'node_modules/lighthouse/cli/index.js');
}

/** What Lighthouse says of a page: `mobile` on a slow phone and network as it simulates them, `desktop` without. */
export async function lighthouse(url: string, device: 'mobile' | 'desktop'): Promise<Scores> {
  const args = [
    ...[await ensureLighthouse(), url, '--quiet', '--output=json', `--only-categories=${CATEGORIES.join()}`],
    ...['--chrome-flags=--headless=new --no-sandbox --disable-gpu', '--no-enable-error-reporting'],
    ...(device === 'desktop' ? ['--preset=desktop'] : []),
  ];
  const env = { ...process.env, CHROME_PATH: await chromiumPath() };
  const said = await run(process.execPath, args, { timeout: 3 * 60_000, env });
  const { categories } = JSON.parse(said) as { categories: Record<keyof Scores, { score: number | null }> };
  const score = (name: keyof Scores): number => Math.round((categories[name].score ?? 0) * 100);
  return {
    performance: score('performance'),
    accessibility: score('accessibility'),
    'best-practices': score('best-practices'),
  };
}
