import { describe, expect, it } from 'vitest';
import { findHiddenCharacter } from '../../domain/hidden-character.ts';

describe('a hidden character', () => {
  it.each([
    ['NUL', 'logo\u0000.jpg', 'U+0000'],
    ['a tab', 'a\tb', 'U+0009'],
    ['a line feed', 'a\nb', 'U+000A'],
    ['a carriage return', 'a\r', 'U+000D'],
    ['ESC, which colours a terminal', '\u001b[31mred', 'U+001B'],
    ['DEL', 'a\u007f', 'U+007F'],
    ['a C1 control', 'a\u0085b', 'U+0085'],
    ['a soft hyphen', 'shoe\u00adbox', 'U+00AD'],
    ['a zero-width space', 'a\u200bb', 'U+200B'],
    ['a non-joiner between Latin letters', 'a\u200cb', 'U+200C'],
    ['a joiner between Latin letters', 'a\u200db', 'U+200D'],
    ['a joiner at the start', '\u200da', 'U+200D'],
    ['a left-to-right mark', 'a\u200e', 'U+200E'],
    ['a line separator', 'a\u2028b', 'U+2028'],
    ['a right-to-left override', 'invoice\u202egpj.exe', 'U+202E'],
    ['an isolate', '\u2066a', 'U+2066'],
    ['a byte order mark', '\ufeffa', 'U+FEFF'],
    ['a code point that is no character', 'a\uffff', 'U+FFFF'],
    ['a tag character outside a flag', 'a\u{e0041}', 'U+E0041'],
  ])('is found: %s', (_, text, expected) => {
    expect(findHiddenCharacter(text)).toBe(expected);
  });

  it.each([
    ['plain letters', 'red shoe (2).jpg'],
    ['combining marks', 'e\u0301'],
    ['a no-break space', 'a\u00a0b'],
    ['Persian with non-joiners', 'می\u200cخواهم'],
    ['Hindi with a joiner', 'क्\u200dष'],
    ['Sinhala with a joiner', 'ශ්\u200dරී'],
    ['Bengali with a joiner', 'র\u200d্য'],
    ['a family', '👨\u200d👩\u200d👧'],
    ['an emoji with a skin tone', '👩🏽\u200d🚀'],
    ['an emoji with a variation selector', '❤\ufe0f\u200d🔥'],
    ['the flag of Scotland', '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}'],
    ['Han, kana and Hangul', '靴くつ구두'],
  ])('is not seen in %s', (_, text) => {
    expect(findHiddenCharacter(text)).toBeUndefined();
  });
});
