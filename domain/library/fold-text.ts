/** Letters that Unicode does not decompose into a base letter and a mark. */
const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  ı: 'i',
  þ: 'th',
};
const undecomposed = new RegExp(`[${Object.keys(letters).join('')}]`, 'gu');

/** A text as searches compare it: lower case, without accents, compatible characters as their plain ones. */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(undecomposed, (letter) => letters[letter] ?? letter);
}

/** The words of a search text, folded, each once. */
export function searchWords(text: string): string[] {
  return [...new Set(foldText(text).split(/\s+/u))].filter((word) => word !== '');
}
