import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeText } from '../../../domain/delivery/compose-text.ts';

/** Small letters without a capital letter of their own. No name was seen with one; they stay decomposed. */
const withoutCapital = 'ẖẗẘẙẛΐΰ';

/** Every character of the Basic Multilingual Plane in a range that its decomposed form composes to again. */
function composedIn(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => String.fromCharCode(first + index)).filter(
    (character) =>
      character.normalize('NFD') !== character &&
      character.normalize('NFC') === character &&
      !withoutCapital.includes(character),
  );
}

describe('a text in composed form', () => {
  it.each([
    ['Latin', 0xc0, 0x17e],
    ['Greek', 0x386, 0x3ce],
    ['Cyrillic', 0x400, 0x45e],
    ['Vietnamese and other Latin', 0x1e00, 0x1ef9],
    ['hiragana', 0x3041, 0x3094],
    ['katakana', 0x30a1, 0x30f4],
    ['Hangul', 0xac00, 0xd7a3],
  ])('is what Unicode says for every letter: %s', (_script, first, last) => {
    const letters = composedIn(first, last);
    expect(letters.length).toBeGreaterThan(10);
    const text = letters.join(' ');
    expect(composeText(text.normalize('NFD'))).toBe(text);
  });

  it.each([
    ['cafe\u0301', 'café'],
    ['A\u030angstro\u0308m', 'Ångström'],
    ['Vie\u0323\u0302t Nam', 'Việt Nam'],
    ['кои\u0306', 'кой'],
    ['\u304b\u3099', 'が'],
    ['\u1112\u1161\u11ab', '한'],
    ['red-shoe', 'red-shoe'],
    ['\u0301a', '\u0301a'],
    ['q\u0301', 'q\u0301'],
    ['👟\u0308', '👟\u0308'],
  ])('of %s is %s', (text, composed) => {
    expect(composeText(text)).toBe(composed);
  });

  it('stays as it is', () => {
    const letters = [...composedIn(0xc0, 0x17e), ...composedIn(0x1e00, 0x1ef9), 'a', '日', '👟', ' '];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...letters)), (characters) => {
        const text = characters.join('');
        expect(composeText(text)).toBe(text);
        expect(composeText(text.normalize('NFD'))).toBe(text);
      }),
    );
  });
});
