/** (√5 − 1) / 2: multiples of it, without their whole part, fill the interval from 0 to 1 evenly at any length. */
const goldenRatio = (Math.sqrt(5) - 1) / 2;

/**
 * An order of items in which any few that follow each other come from all over the list. Plans are made in the order of ids,
 * and S3 divides a bucket by ranges of keys: parts that are worked on at the same time then write to all ranges, and not to
 * one after the other.
 * @returns the same items; the same order for the same number of them
 */
export function inSpreadOrder<Item>(items: readonly Item[]): Item[] {
  const step = stepFor(items.length);
  return items.flatMap((_, index) => items[(index * step) % items.length] ?? []);
}

/** The number next to the golden ratio of the count that has no divisor in common with it, so that each item comes once. */
function stepFor(count: number): number {
  const wanted = Math.max(1, Math.round(count * goldenRatio));
  for (let distance = 0; ; distance += 1) {
    for (const step of [wanted - distance, wanted + distance]) {
      if (step >= 1 && greatestCommonDivisor(step, count) === 1) return step;
    }
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
