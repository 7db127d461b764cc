/** The value of `align` for a side or corner, such as `north_east` or `right top`; undefined for other texts. */
export function alignOf(side: string): string | undefined {
  const words = side.toLowerCase().split(/[\s_-]+/);
  const known: Readonly<Record<string, readonly [x: number, y: number]>> = {
    north: [0, -1],
    top: [0, -1],
    south: [0, 1],
    bottom: [0, 1],
    east: [1, 0],
    right: [1, 0],
    west: [-1, 0],
    left: [-1, 0],
    center: [0, 0],
    centre: [0, 0],
  };
  let [x, y] = [0, 0];
  for (const word of words) {
    const found = known[word];
    if (found === undefined) return undefined;
    x += found[0];
    y += found[1];
  }
  return y === 0 ? `${x}` : `${x},${y}`;
}

/** Note for crops that look at the content of the picture. */
export const focalPointNote =
  'Crops that look at the content are replaced by the focal point of the asset: a proposal is made at upload, and you can move it.';
