import { readJson } from './media.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Pixels. Those of the snippets that the API offers: pages and viewers share what browsers and the edge have kept. */
const widths = [320, 480, 768, 1_152, 1_728, 2_560] as const;

/** Pixels of the smallest budget that a format has: beyond it, tiles show the details. */
const maxPixels = 3_500_000;

/** The address with image commands behind those that it has. */
export function withCommands(url: string, commands: Readonly<Record<string, string | number>>): string {
  const query = Object.entries(commands).map(([name, value]) => `${name}=${value}`);
  return `${url}${url.includes('?') ? '&' : '?'}${query.join('&')}`;
}

/** The width to load for an image that is shown with so many pixels of the screen. */
export function widthFor(screenPixels: number, { width, height }: Size): number {
  const fits = (wide: number) => wide <= width && (wide * wide * height) / width <= maxPixels;
  const fitting = widths.filter(fits);
  const wanted = fitting.find((wide) => wide >= screenPixels) ?? fitting.at(-1);
  // Below the smallest step, and between the last step and the whole image.
  if (wanted === undefined || wanted < screenPixels) return fits(width) ? width : (wanted ?? widths[0]);
  return wanted;
}

/** The size of an image whose size is not known yet. Costs a request. */
export async function readSize(url: string, signal: AbortSignal): Promise<Size> {
  const read = await readJson<Readonly<Record<string, string>>>(
    withCommands(url, { req: 'imageprops,json2' }),
    signal,
  );
  return { width: Number(read['image.width']), height: Number(read['image.height']) };
}
