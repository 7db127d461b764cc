/** Assets that one request names. */
export const maxIds = 1_000;

/** Groups of up to so many texts, each text once. */
export function* inGroupsOf(size: number, texts: readonly string[]): Generator<string[]> {
  const unique = [...new Set(texts)];
  for (let start = 0; start < unique.length; start += size) yield unique.slice(start, start + size);
}
