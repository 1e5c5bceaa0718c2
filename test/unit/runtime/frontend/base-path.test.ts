import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Place } from '../../../../runtime/frontend/base-path.ts';
import { placeOf } from '../../../../runtime/frontend/base-path.ts';

const inside = (url: string): Place => ({ at: 'inside', url });
const door = (location: string): Place => ({ at: 'door', location });
const outside: Place = { at: 'outside' };

describe('a request, seen from the path of a chat', () => {
  for (const [url, basePath, place] of [
    ['/', '/', inside('/')],
    ['/api/config?a=b', '/', inside('/api/config?a=b')],
    ['/chat/', '/chat', inside('/')],
    ['/chat/?a=b', '/chat', inside('/?a=b')],
    ['/chat/r/general', '/chat', inside('/r/general')],
    ['/chat/chat/', '/chat', inside('/chat/')],
    ['/a/b/ws', '/a/b', inside('/ws')],
    ['/chat', '/chat', door('/chat/')],
    ['/chat?a=b', '/chat', door('/chat/?a=b')],
    ['/', '/chat', outside],
    ['/chats', '/chat', outside],
    ['/chats/', '/chat', outside],
    ['/api/config', '/chat', outside],
    ['/a', '/a/b', outside],
    ['//chat/', '/chat', outside],
    ['*', '/chat', outside],
  ] as const) {
    it(`${url} is ${place.at} of ${basePath}`, () => assert.deepEqual(placeOf(url, basePath), place));
  }
});
