/** A landscape of hills under a sky, drawn from a seed: the same seed always gives the same picture. */
export interface Scene {
  readonly title: string;
  readonly seed: number;
  readonly width: number;
  readonly height: number;
}

/** The scene as SVG text. `sky: false` leaves the sky transparent. `shift` moves the sun, 0–1, for films. */
export function drawScene(
  scene: Scene,
  options: { sky?: boolean; shift?: number; caption?: string } = {},
): string {
  const { width, height } = scene;
  const random = randomFrom(scene.seed);
  const hue = Math.floor(random() * 360);
  const sunX = width * ((0.2 + random() * 0.6 + (options.shift ?? 0)) % 1);
  const sunY = height * (0.18 + random() * 0.22);
  const sun = Math.min(width, height) * (0.07 + random() * 0.05);
  const hills = [0, 1, 2, 3].map((layer) => {
    const base = height * (0.5 + layer * 0.12);
    const swell = height * (0.09 - layer * 0.012);
    const phase = random() * Math.PI * 2;
    const waves = 1.2 + random() * 1.6;
    const points = Array.from({ length: 41 }, (_, step) => {
      const x = (width * step) / 40;
      const y =
        base +
        Math.sin(phase + (step / 40) * Math.PI * waves) * swell +
        Math.sin(phase * 3 + step / 4) * swell * 0.25;
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    });
    const lightness = 58 - layer * 13;
    return `<polygon points="0,${height} ${points.join(' ')} ${width},${height}" fill="hsl(${(hue + 150 + layer * 9) % 360} 38% ${lightness}%)"/>`;
  });
  const sky =
    options.sky === false
      ? ''
      : `<rect width="100%" height="100%" fill="url(#sky)"/><circle cx="${sunX.toFixed(1)}" cy="${sunY.toFixed(1)}" r="${sun.toFixed(1)}" fill="hsl(${(hue + 40) % 360} 95% 92%)"/>`;
  const size = Math.max(12, Math.round(height / 16));
  const caption = options.caption ?? scene.title;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="hsl(${hue} 62% 46%)"/><stop offset="0.62" stop-color="hsl(${(hue + 32) % 360} 88% 82%)"/></linearGradient></defs>
${sky}
${hills.join('\n')}
<text x="${size}" y="${height - size}" font-family="DejaVu Sans, Helvetica, Arial, sans-serif" font-size="${size}" fill="#fff" fill-opacity="0.92">${caption}</text>
</svg>`;
}

/** Mulberry32: small, and the same on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
