import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Frame {
  /** PNG of the page. */
  readonly picture: Buffer;
  readonly milliseconds: number;
  readonly pointer: Point;
}

/** Frames of a page, one after the other. A pointer is drawn into them: Chromium's pictures have none. */
export interface Film {
  readonly length: number;
  /** Takes a picture, and shows it so long. */
  hold(milliseconds: number): Promise<void>;
  /** Moves the pointer to the middle of an element. */
  moveTo(target: Locator): Promise<void>;
  /** @returns the frames as an animated WebP that repeats */
  develop(options: { readonly width: number; readonly quality: number }): Promise<Buffer>;
}

/** Pictures of a movement of the pointer. */
const steps = 4;

const arrow = `<svg xmlns="http://www.w3.org/2000/svg" width="28" height="36"><path d="M3 2v26l7-6 4 10 5-2-4-10h9z" fill="#111" stroke="#fff" stroke-width="2" stroke-linejoin="round"/></svg>`;

export function createFilm(page: Page): Film {
  const frames: Frame[] = [];
  let pointer: Point = { x: 640, y: 700 };

  return {
    get length() {
      return frames.length;
    },
    async hold(milliseconds) {
      frames.push({ picture: await page.screenshot(), milliseconds, pointer });
    },
    async moveTo(target) {
      await target.scrollIntoViewIfNeeded();
      const box = await target.boundingBox();
      if (!box) throw new Error('The element to move to is not visible');
      const [from, to] = [pointer, { x: box.x + box.width / 2, y: box.y + box.height / 2 }];
      const picture = await page.screenshot();
      for (let step = 1; step <= steps; step++) {
        const part = step / steps;
        pointer = { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
        frames.push({ picture, milliseconds: step === steps ? 250 : 60, pointer });
      }
    },
    async develop({ width, quality }) {
      const pictures = await Promise.all(
        frames.map(async ({ picture, pointer: { x, y } }) => {
          const drawn = await sharp(picture)
            .composite([{ input: Buffer.from(arrow), left: Math.round(x), top: Math.round(y) }])
            .png()
            .toBuffer();
          return sharp(drawn).resize({ width }).png().toBuffer();
        }),
      );
      return sharp(pictures, { join: { animated: true } })
        .webp({ quality, effort: 4, loop: 0, delay: frames.map(({ milliseconds }) => milliseconds) })
        .toBuffer();
    },
  };
}
