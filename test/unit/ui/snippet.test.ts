import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { snippet } from '../../../ui/state/snippet.ts';

const marked = (text: string, query: string): string =>
  snippet(text, query)
    .map((piece) => (piece.isHit ? `[${piece.text}]` : piece.text))
    .join('');

describe('the part of a text that was searched for', () => {
  it('has every word marked, without regard to case and accents', () => {
    assert.equal(marked('The Café, a CAFE', 'cafe the'), '[The] [Café], a [CAFE]');
    assert.equal(marked('ﬁne', 'fi'), '[ﬁ]ne');
    assert.equal(marked('مُحَمَّد', 'محمد'), '[مُحَمَّد]');
  });

  it('begins shortly before the first hit, and is short', () => {
    const shown = marked(`${'x '.repeat(200)}needle${' y'.repeat(200)}`, 'needle');
    assert.match(shown, /^….{10,60}\[needle\].+…$/);
    assert.ok(shown.length < 200);
  });

  it('is a part of the text, whatever is asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.string({ maxLength: 5 }), (text, query) => {
        const plain = text.replaceAll(/\s+/gu, ' ').trim();
        const shown = snippet(text, query)
          .map((piece) => piece.text)
          .join('');
        assert.ok(plain.includes(shown.replace(/^…|…$/g, '')) || plain.includes(shown));
      }),
    );
  });
});
