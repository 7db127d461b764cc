/** A keyword as it is stored and shown: in NFC, trimmed, with single spaces between words. */
export function tidyKeyword(keyword: string): string {
  return keyword.normalize('NFC').trim().replace(/\s+/gu, ' ');
}

/** The search key of a keyword. Keywords that differ only in case have the same key. */
export function foldKeyword(keyword: string): string {
  return tidyKeyword(keyword).toLowerCase();
}

/** Search keys of the keywords that an edit added to an asset and removed from it. */
export interface KeywordChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Compares the keywords of an asset before and after an edit. */
export function keywordChanges(
  before: readonly string[] | undefined,
  after: readonly string[] | undefined,
): KeywordChanges {
  const was = new Set((before ?? []).map(foldKeyword));
  const is = new Set((after ?? []).map(foldKeyword));
  return {
    added: [...is].filter((keyword) => !was.has(keyword)),
    removed: [...was].filter((keyword) => !is.has(keyword)),
  };
}
