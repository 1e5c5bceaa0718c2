/** `make bench`: measures and prints one JSON line a figure. Nothing here is asserted: a slow machine fails no test. */
import { parseArgs } from 'node:util';
import { ensureBundles } from '../testbed/bundles.ts';
import { fanOutFigures } from './chat/fan-out.ts';
import { faultFigures } from './chat/faults.ts';
import { replyFigures } from './chat/replies.ts';
import { socketFigures } from './chat/sockets.ts';
import { print, type Part } from './figure.ts';
import { fleetFigures } from './fleet.ts';
import { latencyFigures } from './latency.ts';
import { markdownFigures } from './markdown.ts';
import { pageFigures } from './page/page.ts';
import { sizeFigures } from './sizes.ts';

const HELP = `Prints one JSON line a figure: id, what, value, unit and, where there is one, target and ok (value <= target).
docs/performance.md says what the ids mean. Give it a machine that does nothing else.

Usage: make bench, or node test/bench/main.ts [--only O1,O7] [--chats 5000]

  --only ID,...   only the parts that these figures belong to (a part is measured as a whole):
                    sizes      U1, bundle, image
                    markdown   U2, without a page
                    page       U2 in a page, U3, U4, U5, U6    in Chromium; 3 minutes
                    latency    O1, O2, O4, O5, O6     one ChatApp at a time; 3 minutes
                    fleet      O3, O7, O8, O9, O10    up to 1,200 ChatApps; 10 minutes
                    sockets    S1                     5,000 idle sockets of one backend; a minute
                    fan-out    S2, S3                 15,000 deliveries a second, peers too; 2 minutes
                    replies    S4, S5, S7, S11        with a real model; a minute
                    faults     S6, S8, S9, S10, S12   parts that go away; 2 minutes
  --chats N       the most ChatApps of "fleet": 200, 1200 (if not said) or 5000 (an hour more)
`;

const { values } = parseArgs({
  options: { only: { type: 'string' }, chats: { type: 'string', default: '1200' }, help: { type: 'boolean' } },
});

const parts: readonly Part[] = [
  { ids: ['U1', 'bundle', 'image'], needs: 'bundles', measure: sizeFigures },
  { ids: ['U2'], needs: 'nothing', measure: markdownFigures },
  { ids: ['U3', 'U4', 'U5', 'U6'], needs: 'nothing', measure: pageFigures },
  { ids: ['O1', 'O2', 'O4', 'O5', 'O6'], needs: 'bundles', measure: latencyFigures },
  {
    ids: ['O3', 'O7', 'O8', 'O9', 'O10'],
    needs: 'bundles',
    measure: () => fleetFigures(Number(values.chats)),
  },
  { ids: ['S1'], needs: 'bundles', measure: socketFigures },
  { ids: ['S2', 'S3'], needs: 'bundles', measure: fanOutFigures },
  { ids: ['S4', 'S5', 'S7', 'S11'], needs: 'bundles', measure: replyFigures },
  { ids: ['S6', 'S8', 'S9', 'S10', 'S12'], needs: 'bundles', measure: faultFigures },
];

/** The parts asked for. Throws on an id that no part has. */
function wanted(only: string | undefined): readonly Part[] {
  if (only === undefined) return parts;
  const ids = only.split(',');
  const partOf = (id: string) => parts.find((part) => part.ids.includes(id.split('-')[0]!));
  const unknown = ids.filter((id) => partOf(id) === undefined);
  if (unknown.length > 0) throw new Error(`there is no figure ${unknown.join(', ')}: see --help`);
  return parts.filter((part) => ids.some((id) => partOf(id) === part));
}

if (values.help === true) {
  process.stdout.write(HELP);
} else {
  for (const { needs, measure } of wanted(values.only)) {
    if (needs === 'bundles') await ensureBundles();
    for await (const figure of measure()) print(figure);
  }
}
