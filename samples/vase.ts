/** A striped vase on a turntable, for spins: the same arguments always give the same picture. */

type Point = readonly [x: number, y: number, z: number];

/** Radius and height of the rings, from the foot to the rim. */
const rings = [
  [0.34, -1],
  [0.56, -0.72],
  [0.66, -0.3],
  [0.6, 0.12],
  [0.34, 0.5],
  [0.24, 0.72],
  [0.36, 0.96],
] as const;

const facets = 24;

/**
 * The vase as SVG text.
 * @param turn share of a round, 0 to 1
 * @param tilt degrees from which one looks down
 * @param size pixels of a side
 */
export function drawVase(turn: number, tilt: number, size = 900): string {
  const [sine, cosine] = [Math.sin((tilt * Math.PI) / 180), Math.cos((tilt * Math.PI) / 180)];
  const pointOf = (ring: number, facet: number): Point => {
    const [radius, height] = rings[ring] ?? [0, 0];
    const angle = 2 * Math.PI * (facet / facets + turn);
    const [x, z] = [radius * Math.sin(angle), radius * Math.cos(angle)];
    return [x, height * cosine - z * sine, height * sine + z * cosine];
  };
  const place = ([x, y]: Point) =>
    `${(size * (0.5 + x * 0.4)).toFixed(1)},${(size * (0.5 - y * 0.4)).toFixed(1)}`;
  const faces = rings.slice(1).flatMap((_, ring) =>
    Array.from({ length: facets }, (__, facet) => {
      const corners = [
        pointOf(ring, facet),
        pointOf(ring, facet + 1),
        pointOf(ring + 1, facet + 1),
        pointOf(ring + 1, facet),
      ];
      const depth = corners.reduce((sum, [, , z]) => sum + z, 0) / 4;
      const middle = 2 * Math.PI * ((facet + 0.5) / facets + turn);
      const light = 28 + 34 * Math.max(0, Math.cos(middle - 0.6)) + 2 * ring;
      return { depth, svg: face(corners.map(place).join(' '), colourOf(facet, ring), light) };
    }),
  );
  const drawn = faces.toSorted((one, other) => one.depth - other.depth).map(({ svg }) => svg);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}"><rect width="100%" height="100%" fill="#e9e4da"/><ellipse cx="50%" cy="${size * (0.5 + 0.4 * cosine)}" rx="${size * 0.27}" ry="${size * (0.05 + 0.2 * sine)}" fill="#0002"/>${drawn.join('')}</svg>`;
}

function face(points: string, hue: string, light: number): string {
  const colour = `hsl(${hue} ${light.toFixed(0)}%)`;
  return `<polygon points="${points}" fill="${colour}" stroke="${colour}"/>`;
}

/** Stripes that wind around it, and one light one by which a round is seen. */
function colourOf(facet: number, ring: number): string {
  if (facet === 0) return '45 90%';
  return (facet + ring) % 6 < 2 ? '12 65%' : '205 45%';
}
