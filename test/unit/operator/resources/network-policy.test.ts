import assert from 'node:assert/strict';
import fs from 'node:fs';
import { networkPolicies, ways } from '../../../../operator/resources/network-policy.ts';
import { chatApp } from '../chatapp.ts';

type Direction = 'in' | 'out';
const COMPONENT = 'app.kubernetes.io/component';

/** The part that a peer selects within the chat; undefined for everybody else. */
function partOf(peer: Record<string, unknown>): string | undefined {
  const { podSelector, namespaceSelector } = peer as {
    podSelector?: { matchLabels?: Record<string, string> };
    namespaceSelector?: object;
  };
  return namespaceSelector === undefined ? podSelector?.matchLabels?.[COMPONENT] : undefined;
}

/** Ways between two parts as one side sees them, such as `backend -> redis 6379`. */
function between(direction: Direction): string[] {
  return Object.entries(ways(chatApp())).flatMap(([self, sides]) =>
    sides[direction].flatMap(({ peers, ports }) =>
      peers.flatMap((peer) => {
        const other = partOf(peer);
        if (other === undefined) return [];
        const [from, to] = direction === 'in' ? [other, self] : [self, other];
        return ports.map(({ port }) => `${from} -> ${to} ${port}`);
      }),
    ),
  );
}

/** The same as docs/network.md tells it. */
function documented(): string[] {
  const parts: Record<string, string> = { pullers: 'puller', Redis: 'redis', Ollama: 'ollama' };
  const known = new Set(Object.keys(ways(chatApp())));
  const names = (cell: string) => cell.split(', ').map((name) => parts[name] ?? name);
  const rows = fs.readFileSync(new URL('../../../../docs/network.md', import.meta.url), 'utf8').split('\n');
  return rows.flatMap((row) => {
    const [, from = '', to = '', port = ''] = row.split('|').map((cell) => cell.trim());
    if (!known.has(names(to)[0] ?? '') || !names(from).every((name) => known.has(name))) return [];
    return names(from).flatMap((one) => names(to).map((other) => `${one} -> ${other} ${port}`));
  });
}

describe('network policies', () => {
  it('open each way on both of its sides, and on no other', () => {
    assert.deepEqual(between('out').sort(), between('in').sort());
  });

  it('are as docs/network.md tells', () => {
    assert.deepEqual(documented().sort(), between('out').sort());
  });

  it('cover every pod of the chat, those of a chat whose name begins alike not', () => {
    const [deny] = networkPolicies(chatApp()) as {
      spec?: { podSelector: unknown; ingress?: unknown; egress?: unknown };
    }[];
    assert.deepEqual(deny?.spec?.podSelector, {
      matchLabels: { 'app.kubernetes.io/name': 'chatapp', 'app.kubernetes.io/instance': 'demo' },
    });
    assert.ok(!('ingress' in deny.spec) && !('egress' in deny.spec), 'it allows nothing');
  });

  it('are none where they are switched off', () => {
    assert.deepEqual(networkPolicies(chatApp({ networkPolicy: { enabled: false } })), []);
  });
});
