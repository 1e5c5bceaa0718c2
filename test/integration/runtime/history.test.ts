/** Finding and taking along what a room has said: over REST, from any backend. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { exportSchema, searchResultSchema } from '../../../runtime/protocol/rest.ts';
import type { SearchResult } from '../../../runtime/protocol/rest.ts';
import { ChatClient } from './chat-client.ts';
import type { Cluster } from './cluster.ts';
import { startCluster } from './cluster.ts';

describe('the history of a room', function () {
  this.timeout(30_000);
  let cluster: Cluster;
  let ann: ChatClient;
  before(async function () {
    this.timeout(120_000);
    cluster = await startCluster({
      backends: 2,
      config: (config) => ({ ...config, limits: { ...config.limits, messagesPerMinute: 10_000 } }),
    });
    ann = await ChatClient.join(cluster.url(0), 'Ann');
  });
  after(async () => {
    ann.cut();
    await cluster.stop();
  });

  const ask = (path: string, headers: Record<string, string> = { cookie: ann.cookie }): Promise<Response> =>
    fetch(cluster.url(1) + path, { headers });
  const search = async (q: string, from?: string): Promise<SearchResult> => {
    const rest = from === undefined ? '' : `&before=${from}`;
    const response = await ask(`/api/rooms/general/search?q=${encodeURIComponent(q)}${rest}`);
    assert.equal(response.status, 200);
    return searchResultSchema.parse(await response.json());
  };
  const texts = ({ hits }: SearchResult): string[] => hits.map(({ entry }) => ('text' in entry ? entry.text : ''));

  it('is searched by all words of a question, newest first, as texts are now', async () => {
    await ann.say('The École is closed on Monday');
    const edited = await ann.say('a draft without it');
    const deleted = await ann.say('monday: the ecole, deleted');
    await ann.say('On monday nothing');
    const room = 'general';
    await ann.request({ type: 'edit', room, target: edited, text: 'ecole, MONDAY, edited', then: 'nothing' });
    await ann.request({ type: 'delete', room, target: deleted });
    assert.deepEqual(texts(await search('Monday ecole')), ['ecole, MONDAY, edited', 'The École is closed on Monday']);
    assert.deepEqual(texts(await search('draft')), [], 'an earlier text is not found');
    assert.deepEqual(await search('nowhere-in-it'), { hits: [] });
  });

  it('is searched page after page to its beginning, nothing twice', async () => {
    for (let n = 0; n < 50; n++) await ann.say(`needle ${n}`);
    const found: string[] = [];
    let next: string | undefined;
    do {
      const page: SearchResult = await search('needle', next);
      found.push(...texts(page));
      next = page.next;
    } while (next !== undefined);
    assert.deepEqual(
      found,
      Array.from({ length: 50 }, (_, n) => `needle ${49 - n}`),
    );
  });

  it('is exported whole and in order: JSON that the schema reads, Markdown that people read', async () => {
    const json = await ask('/api/rooms/general/export?format=json');
    assert.match(json.headers.get('content-disposition') ?? '', /^attachment; filename="?general\.json"?$/);
    const { room, entries } = exportSchema.parse(await json.json());
    assert.equal(room.name, 'general');
    const said = entries.flatMap((entry) => (entry.kind === 'message' && entry.text !== '' ? [entry.text] : []));
    assert.equal(said.length, 53);
    assert.equal(said.at(-1), 'needle 49');
    await ann.say('# not a heading of mine <b>');
    const markdown = await (await ask('/api/rooms/general/export')).text();
    assert.match(markdown, /^# Room\n/);
    assert.match(markdown, /\n\*\*Ann\*\* · \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\n\n# not a heading of mine <b>\n$/);
    assert.match(markdown, /UTC · edited\n\necole, MONDAY, edited\n/);
    assert.match(markdown, /UTC\n\n_deleted_\n/);
    assert.ok(!markdown.includes('a draft without it'));
  });

  it('is for those who entered, in rooms that exist, for questions that make sense, at a human pace', async () => {
    const status = async (path: string, headers?: Record<string, string>): Promise<number> =>
      (await ask(path, headers)).status;
    assert.equal(await status('/api/rooms/general/search?q=x', {}), 401);
    assert.equal(await status('/api/rooms/general/export', {}), 401);
    assert.equal(await status('/api/rooms/nowhere/search?q=x'), 404);
    assert.equal(await status('/api/rooms/nowhere/export'), 404);
    assert.equal(await status('/api/rooms/general/search?q=%20'), 400);
    assert.equal(await status('/api/rooms/general/search'), 400);
    assert.equal(await status('/api/rooms/general/search?q=a&q=b'), 400);
    assert.equal(await status(`/api/rooms/general/search?q=${'x'.repeat(300)}`), 400);
    assert.equal(await status('/api/rooms/general/search?q=x&before=nonsense'), 400);
    assert.equal(await status('/api/rooms/general/export?format=pdf'), 400);
    const exports = await Promise.all(Array.from({ length: 8 }, () => ask('/api/rooms/general/export')));
    const refused = exports.find((response) => response.status === 429);
    assert.ok(refused, 'so many exports at once are too many');
    assert.ok(Number(refused.headers.get('retry-after')) >= 1);
    await Promise.all(exports.map((response) => response.text()));
  });

  it('says so when the store is away', async () => {
    await cluster.redis.down();
    assert.equal((await ask('/api/rooms/general/search?q=x')).status, 503);
    assert.equal((await ask('/api/rooms/general/export')).status, 503);
  });
});
