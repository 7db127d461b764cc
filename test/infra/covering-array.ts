/**
 * Rows that hold every pair of options together: each option is on or off, and every two options are seen in all four
 * combinations that have at least one of them on.
 */
export function pairsOf<Option extends Readonly<Record<string, string>>>(
  options: readonly Option[],
): Readonly<Record<string, string>>[] {
  const open = new Set<string>();
  const key = (one: number, other: number, on: readonly [boolean, boolean]) => [one, other, ...on].join();
  const kinds = [
    [true, true],
    [true, false],
    [false, true],
  ] as const;
  for (let one = 0; one < options.length; one++)
    for (let other = one + 1; other < options.length; other++)
      for (const kind of kinds) open.add(key(one, other, kind));
  const covered = (row: readonly boolean[]) => {
    const keys: string[] = [];
    for (let one = 0; one < row.length; one++)
      for (let other = one + 1; other < row.length; other++)
        keys.push(key(one, other, [row[one] ?? false, row[other] ?? false]));
    return keys.filter((candidate) => open.has(candidate));
  };

  const rows: boolean[][] = [];
  while (open.size > 0) {
    // Option by option, what covers more of what is open; the first open pair decides where nothing does.
    const [one, other, first, second] = JSON.parse(`[${[...open][0]}]`) as [number, number, boolean, boolean];
    let row = options.map((_option, index) => (index === one ? first : index === other && second));
    for (const index of options.keys()) {
      if (index === one || index === other) continue;
      const flipped = row.with(index, true);
      if (covered(flipped).length > covered(row).length) row = flipped;
    }
    for (const pair of covered(row)) open.delete(pair);
    rows.push(row);
  }
  return rows.map((row) => Object.assign({}, ...options.filter((_option, index) => row[index])));
}
