/**
 * Joiners that a script needs, which are format characters too (Unicode 16, section 23.2): ZERO WIDTH JOINER and
 * NON-JOINER after a letter or mark of a script that joins its letters or forms ligatures, such as Arabic and Devanagari,
 * and ZERO WIDTH JOINER in an emoji of several, such as a family.
 */
const neededJoiners =
  /(?<=[[\p{L}\p{M}]--[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Armenian}\p{Script=Georgian}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]])[\u200C\u200D]|(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F])\u200D/gv;

/** A flag of a region, such as Scotland: a black flag, the region in tag characters, and the end tag. */
const regionFlag = /\u{1F3F4}[\u{E0020}-\u{E007E}]+\u{E007F}/gu;

/** Control and format characters, line and paragraph separators, and code points that are no characters. */
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u;

/**
 * Finds a character in a name that cannot be seen: it would make two names look the same, break a line of a log, or reverse
 * the order of letters. Joiners that a script needs are not hidden.
 * @returns the code point of the first one, as in `U+202E`; undefined if there is none
 */
export function findHiddenCharacter(text: string): string | undefined {
  const [found] = hidden.exec(text.replace(regionFlag, '').replace(neededJoiners, '')) ?? [];
  const codePoint = found?.codePointAt(0);
  return codePoint === undefined ? undefined : `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
}
