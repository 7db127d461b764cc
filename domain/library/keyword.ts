/** A keyword as it is stored and shown: in NFC, trimmed, with single spaces between words. */
export function tidyKeyword(keyword: string): string {
  return keyword.normalize('NFC').trim().replace(/\s+/gu, ' ');
}

/** The search key of a keyword. Keywords that differ only in case have the same key. */
export function foldKeyword(keyword: string): string {
  return tidyKeyword(keyword).toLowerCase();
}
