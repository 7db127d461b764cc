import type { Size } from './image-address.ts';

/** Pixels of the image. */
export interface Rectangle extends Size {
  readonly x: number;
  readonly y: number;
}

/** A part of the image, and the width in which it is asked for. */
export interface Tile extends Rectangle {
  readonly key: string;
  readonly wid: number;
}

/** Pixels of a tile's side. Each tile decodes the whole image on the server, so they are large. */
const side = 1_024;

/** More than one fits on a screen, so that a mistake never asks for hundreds. */
const maxTiles = 40;

/** Whether the base has fewer pixels than the screen shows and the image has. */
export function needsTiles(baseWidth: number, screenWidth: number, { width }: Size): boolean {
  return baseWidth < Math.min(width, screenWidth) * 0.95;
}

/**
 * The tiles of the visible part, the nearest to its middle first. Sizes halve from level to level, so that all visitors ask for the
 * same tiles.
 * @param screenWidth pixels of the screen that the whole image takes
 */
export function tilesFor(size: Size, screenWidth: number, visible: Rectangle): Tile[] {
  const level = Math.max(0, Math.floor(Math.log2(size.width / screenWidth)));
  const reduction = 2 ** level;
  const step = side * reduction;
  const range = (from: number, length: number, end: number) => {
    const first = Math.max(0, Math.floor(from / step));
    const last = Math.ceil(Math.min(end, from + length) / step);
    return Array.from({ length: Math.max(0, last - first) }, (_, index) => (first + index) * step);
  };
  const tiles = range(visible.y, visible.height, size.height).flatMap((y) =>
    range(visible.x, visible.width, size.width).map((x): Tile => {
      const width = Math.min(step, size.width - x);
      const height = Math.min(step, size.height - y);
      return { key: `${level} ${x} ${y}`, x, y, width, height, wid: Math.ceil(width / reduction) };
    }),
  );
  const distance = (tile: Tile) =>
    Math.hypot(
      tile.x + tile.width / 2 - visible.x - visible.width / 2,
      tile.y + tile.height / 2 - visible.y - visible.height / 2,
    );
  return tiles.toSorted((one, other) => distance(one) - distance(other)).slice(0, maxTiles);
}
