/** As it is kept and shown: in NFC, without blanks at its ends, one blank between words. */
export function tidyKeyword(keyword: string): string {
  return keyword.normalize('NFC').trim().replace(/\s+/gu, ' ');
}

/** What a keyword is found by: two that differ only in case are the same one. */
export function foldKeyword(keyword: string): string {
  return tidyKeyword(keyword).toLowerCase();
}

/** Keywords that an edit brought to an asset and took from it, as they are found. */
export interface KeywordChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

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
