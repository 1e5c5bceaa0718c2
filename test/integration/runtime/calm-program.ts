/** Has 100 MB in use long enough for them to grow old, then needs none of them; tells its parent what its heap takes. */
import { getHeapStatistics } from 'node:v8';
import { collectWhenCalm } from '../../../runtime/calm.ts';

collectWhenCalm();
let kept: object[] = Array.from({ length: 400_000 }, (_unused, n) => ({ n, words: ['a', 'b', n, { n }] }));
const most = getHeapStatistics().total_physical_size + kept.length;
kept = [];
setInterval(() => process.send?.({ most, now: getHeapStatistics().total_physical_size, kept: kept.length }), 200);
