/** `make bench`: measures and prints one JSON line a figure. Nothing here is asserted: a slow machine fails no test. */
import { repository } from '../testbed/folders.ts';
import { run } from '../testbed/run.ts';
import { print } from './figure.ts';
import { markdownFigures } from './markdown.ts';
import { operatorFigures } from './operator.ts';
import { sizeFigures } from './sizes.ts';

if (process.argv.includes('--help')) {
  console.log(
    'Prints one JSON line a figure: id, what, value, unit and, where there is one, target and ok (value <= target).',
  );
} else {
  console.error('building the bundles ...');
  await run('npm', ['run', '--silent', 'build'], { timeout: 10 * 60_000, cwd: repository });
  for (const figure of sizeFigures()) print(figure);
  for (const figure of markdownFigures()) print(figure);
  for await (const figure of operatorFigures()) print(figure);
}
