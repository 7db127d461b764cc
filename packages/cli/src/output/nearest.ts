/** Characters to insert, delete or replace until one text is the other (Levenshtein). */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Up to three texts that are similar to a wrong one, the nearest first. */
export function nearTexts(wrong: string, known: readonly string[]): string[] {
  const lower = wrong.toLowerCase();
  return [...new Set(known)]
    .map((text) => ({ text, distance: editDistance(lower, text.toLowerCase()) }))
    .filter(({ text, distance }) => {
      const similar = text.toLowerCase().includes(lower) || lower.includes(text.toLowerCase());
      return text !== wrong && (similar || distance <= Math.max(2, wrong.length / 3));
    })
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ text }) => text);
}

/** ` Near: "a", "b".`, or nothing. */
export function nearestOf(wrong: string, known: readonly string[]): string {
  const near = nearTexts(wrong, known);
  return near.length === 0 ? '' : ` Near: ${near.map((text) => `"${text}"`).join(', ')}.`;
}
