import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Garbled, Silence } from '../../../../runtime/ai/chat-stream.ts';
import { failureOf } from '../../../../runtime/ai/failure.ts';

describe('a failed request to the model', () => {
  const responseError = (status: number): Error => Object.assign(new Error('words'), { status_code: status });
  for (const [name, error, reason] of [
    ['a server that is gone', new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') }), 'ModelUnavailable'],
    ['a server that goes in the middle', new TypeError('terminated'), 'ModelUnavailable'],
    [
      'a server that takes no connection',
      new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'UND_ERR_CONNECT_TIMEOUT' }) }),
      'ConnectTimeout',
    ],
    ['a model that does not begin', new Silence('first-token'), 'FirstTokenTimeout'],
    ['a model that falls silent', new Silence('token'), 'TokenTimeout'],
    ['a server that says what no Ollama says', new Garbled('a line is not JSON'), 'ModelGarbled'],
    ['a model that was removed', responseError(404), 'ModelNotReady'],
    ['an option of a wrong type', responseError(500), 'ModelError'],
    [
      'a server whose memory is too small',
      new Error('model requires more system memory (4.5 GiB) than is available (3.9 GiB)'),
      'ModelTooLarge',
    ],
    [
      'a runner that was killed',
      new Error('an error was encountered while running the model: unexpected EOF'),
      'ModelError',
    ],
  ] as const) {
    it(`by ${name} is ${reason}`, () => {
      const failure = failureOf(error, 'm');
      assert.equal(failure.reason, reason);
      assert.ok(failure.message.length > 10);
    });
  }
});
