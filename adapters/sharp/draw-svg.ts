import { loadSharp } from './load-sharp.ts';
import { withinTime } from './within-time.ts';

/**
 * Draws what this project wrote as SVG: a thumbnail without a picture of its own. Never for files of users.
 * @param milliseconds time limit
 * @returns a WebP file; flat colours are smaller without loss
 * @throws Failure `image.too-slow`
 */
export async function drawSvg(svg: string, milliseconds: number): Promise<Uint8Array> {
  const image = (await loadSharp())(Buffer.from(svg)).webp({ lossless: true });
  return withinTime(image, { milliseconds, spent: 0 }, () => image.toBuffer());
}
