/**
 * Layers against an independent implementation: for each pixel of a result it goes back to a point of the composite, and there from
 * the lowest layer to the highest, each from its place back to its own image.
 */
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { parseImageCommand } from '../../../domain/delivery/parse-image-command.ts';
import { Failure } from '../../../domain/failure.ts';
import { makeImage } from '../../support/make-image.ts';

type Pixel = readonly [red: number, green: number, blue: number, alpha: number];

interface Picture {
  readonly width: number;
  readonly height: number;
  /** Smooth, so that the kernel makes no difference. Coordinates in pixels of the picture. */
  readonly at: (x: number, y: number) => Pixel;
}

const pictures = {
  base: {
    width: 240,
    height: 160,
    at: (x, y) => [40 + (170 * x) / 240, 40 + (170 * y) / 160, 128, 1],
  },
  logo: {
    width: 90,
    height: 60,
    at: (x, y) => [220 - x, 30 + y, 60 + x, 0.25 + (0.75 * x) / 90],
  },
  solid: { width: 64, height: 64, at: (x, y) => [20 + 2 * x, 200 - 2 * y, 90, 1] },
  mask: { width: 45, height: 30, at: (x, _y) => [(255 * x) / 45, (255 * x) / 45, (255 * x) / 45, 1] },
} as const satisfies Record<string, Picture>;

const files = new Map(
  await Promise.all(
    Object.entries(pictures).map(async ([name, { width, height, at }]) => {
      const pixels = Buffer.alloc(width * height * 4);
      for (let index = 0; index < width * height; index += 1) {
        const [r, g, b, alpha] = at((index % width) + 0.5, Math.floor(index / width) + 0.5);
        pixels.set([r, g, b, alpha * 255].map(Math.round), index * 4);
      }
      const bytes = await sharp(pixels, { raw: { width, height, channels: 4 } })
        .png()
        .toBuffer();
      return [`luma/${name}`, { bytes }] as const;
    }),
  ),
);

interface Layer {
  readonly src?: 'logo' | 'solid';
  readonly color?: string;
  readonly mask?: 'mask';
  readonly size?: readonly [width: number, height: number];
  readonly crop?: readonly [x: number, y: number, width: number, height: number];
  readonly flip?: 'lr' | 'ud' | 'lrud';
  readonly rotate?: number;
  readonly extend?: readonly [left: number, top: number, right: number, bottom: number];
  readonly bgColor?: string;
  readonly origin?: readonly [x: number, y: number];
  readonly anchor?: readonly [x: number, y: number];
  readonly pos?: readonly [x: number, y: number];
  readonly opac?: number;
  readonly blendMode?: 'norm' | 'mult' | 'screen' | 'lighten' | 'darken';
}

interface Request {
  readonly base: Omit<Layer, 'src' | 'color' | 'size' | 'blendMode' | 'pos'>;
  readonly layers: readonly Layer[];
  readonly rgn?: readonly [x: number, y: number, width: number, height: number];
  readonly wid?: number;
}

const printed = (values: object) =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${[value].flat().join()}`)
    .join('&');

const queryOf = ({ base, layers, ...view }: Request) =>
  [
    printed({ ...view, fmt: 'png', bgc: '0000ff' }),
    printed(base),
    ...layers.map((layer, index) => `layer=${index + 1}&${printed(layer)}`),
  ]
    .filter((text) => text !== '')
    .join('&');

const hex = (text: string): Pixel => {
  const [r = 0, g = 0, b = 0] = [0, 2, 4].map((at) => Number.parseInt(text.slice(at, at + 2), 16));
  return [r, g, b, 1];
};

const clear: Pixel = [0, 0, 0, 0];

/** A layer with its own geometry. Undefined where an edge is near. */
interface Drawn {
  readonly width: number;
  readonly height: number;
  readonly origin: readonly [x: number, y: number];
  readonly at: (x: number, y: number, blur: number) => Pixel | undefined;
}

function drawn(layer: Layer, name: keyof typeof pictures): Drawn {
  const picture: Picture = layer.color
    ? { width: layer.size?.[0] ?? 0, height: layer.size?.[1] ?? 0, at: () => hex(layer.color ?? '') }
    : pictures[layer.src ?? name];
  const [cropX, cropY, cropWidth, cropHeight] = layer.crop ?? [0, 0, picture.width, picture.height];
  const scale =
    layer.size && !layer.color
      ? Math.min(...layer.size.map((side, index) => side / (index === 0 ? cropWidth : cropHeight)))
      : 1;
  const [width, height] = [Math.round(cropWidth * scale), Math.round(cropHeight * scale)];
  const angle = ((layer.rotate ?? 0) * Math.PI) / 180;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const turnedWidth = Math.round(Math.abs(width * cosine) + Math.abs(height * sine));
  const turnedHeight = Math.round(Math.abs(width * sine) + Math.abs(height * cosine));
  const [left, top, right, bottom] = layer.extend ?? [0, 0, 0, 0];
  const whole = { width: turnedWidth + left + right, height: turnedHeight + top + bottom };
  const flipX = layer.flip?.startsWith('lr') === true;
  const flipY = layer.flip?.includes('ud') === true;
  const anchored = (): readonly [number, number] => {
    if (layer.origin) return layer.origin;
    if (!layer.anchor) return [whole.width / 2, whole.height / 2];
    let [x, y] = [
      ((layer.anchor[0] - cropX) * width) / cropWidth,
      ((layer.anchor[1] - cropY) * height) / cropHeight,
    ];
    if (flipX) x = width - x;
    if (flipY) y = height - y;
    const [fromX, fromY] = [x - width / 2, y - height / 2];
    return [
      fromX * cosine - fromY * sine + turnedWidth / 2 + left,
      fromX * sine + fromY * cosine + turnedHeight / 2 + top,
    ];
  };
  return {
    ...whole,
    origin: anchored(),
    at: (x, y, blur) => {
      const isInside = inside(x, y, whole.width, whole.height, blur);
      if (!isInside) return isInside === false ? clear : undefined;
      const [fromX, fromY] = [x - left - turnedWidth / 2, y - top - turnedHeight / 2];
      let lx = fromX * cosine + fromY * sine + width / 2;
      let ly = -fromX * sine + fromY * cosine + height / 2;
      if (flipX) lx = width - lx;
      if (flipY) ly = height - ly;
      const isImage = inside(lx, ly, width, height, blur + 1);
      if (isImage === undefined) return undefined;
      const px = (lx * cropWidth) / width + cropX;
      const py = (ly * cropHeight) / height + cropY;
      const isSource = isImage && inside(px, py, picture.width, picture.height, blur + 2);
      if (isSource === undefined) return undefined;
      const found = isSource ? picture.at(px, py) : clear;
      const masking: Picture = pictures.mask;
      const light = layer.mask
        ? masking.at((px * masking.width) / picture.width, (py * masking.height) / picture.height)[0] / 255
        : 1;
      const shown: Pixel = [found[0], found[1], found[2], found[3] * light];
      return layer.bgColor ? over(hex(layer.bgColor), shown, 'norm') : shown;
    },
  };
}

/** Undefined near an edge. */
function inside(x: number, y: number, right: number, bottom: number, edge: number): boolean | undefined {
  if (x < -edge || y < -edge || x > right + edge || y > bottom + edge) return false;
  return x > edge && y > edge && x < right - edge && y < bottom - edge ? true : undefined;
}

/** The formulas of "Compositing and Blending": simple alpha compositing of a blended colour. */
function over(under: Pixel, above: Pixel, mode: NonNullable<Layer['blendMode']>): Pixel {
  const alpha = above[3] + under[3] * (1 - above[3]);
  if (alpha === 0) return clear;
  const blend = {
    norm: (_b: number, s: number) => s,
    mult: (b: number, s: number) => (b * s) / 255,
    screen: (b: number, s: number) => 255 - ((255 - b) * (255 - s)) / 255,
    lighten: Math.max,
    darken: Math.min,
  }[mode];
  const channel = (index: 0 | 1 | 2) => {
    const mixed = (1 - under[3]) * above[index] + under[3] * blend(under[index], above[index]);
    return (above[3] * mixed + (1 - above[3]) * under[3] * under[index]) / alpha;
  };
  return [channel(0), channel(1), channel(2), alpha];
}

async function compare(request: Request): Promise<number> {
  const query = queryOf(request);
  const base = files.get('luma/base')?.bytes ?? Buffer.alloc(0);
  const made = await makeImage(base, parseImageCommand(query), 30_000, undefined, undefined, {
    company: 'luma',
    files,
  });
  const { data, info } = await sharp(made).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const bottom = drawn(request.base, 'base');
  const [regionX, regionY, regionWidth, regionHeight] = request.rgn ?? [0, 0, bottom.width, bottom.height];
  const factor = request.wid === undefined ? 1 : request.wid / regionWidth;
  expect([info.width, info.height], query).toEqual([
    Math.max(1, Math.round(regionWidth * factor)),
    Math.max(1, Math.round(regionHeight * factor)),
  ]);
  const blur = 3 * Math.max(1, 1 / factor);
  const above = request.layers.map((layer) => {
    const own = drawn(layer, 'logo');
    const [x, y] = layer.pos ?? [0, 0];
    const left = Math.round(bottom.origin[0] + x - own.origin[0]);
    const top = Math.round(bottom.origin[1] + y - own.origin[1]);
    return { own, left, top, layer };
  });
  let compared = 0;
  for (let y = 1; y < info.height; y += 3) {
    for (let x = 1; x < info.width; x += 3) {
      const cx = ((x + 0.5) * regionWidth) / info.width + regionX;
      const cy = ((y + 0.5) * regionHeight) / info.height + regionY;
      const isInside = inside(cx, cy, bottom.width, bottom.height, blur);
      if (isInside === undefined) continue;
      let pixel: Pixel | undefined = isInside ? bottom.at(cx, cy, blur) : clear;
      if (pixel && isInside) {
        pixel = over(
          clear,
          [pixel[0], pixel[1], pixel[2], (pixel[3] * (request.base.opac ?? 100)) / 100],
          'norm',
        );
        for (const { own, left, top, layer } of above) {
          const found = own.at(cx - left, cy - top, blur);
          if (!found || !pixel) {
            pixel = undefined;
            break;
          }
          const [r, g, b, alpha] = found;
          pixel = over(pixel, [r, g, b, (alpha * (layer.opac ?? 100)) / 100], layer.blendMode ?? 'norm');
        }
      }
      if (!pixel) continue;
      const right = over([0, 0, 255, 1], pixel, 'norm').slice(0, 3);
      const at = (y * info.width + x) * 3;
      const found = [...data.subarray(at, at + 3)];
      const distance = Math.max(...right.map((value, channel) => Math.abs(value - (found[channel] ?? -1))));
      if (distance > 9 + 3 * Math.max(1, 1 / factor))
        expect.fail(
          `${query}: at ${x},${y} of ${info.width}×${info.height} there is ${found}, and not ${right.map(Math.round)}`,
        );
      compared += 1;
    }
  }
  return compared;
}

describe('layers', () => {
  it.each<Request>([
    { base: {}, layers: [{ src: 'logo' }] },
    { base: {}, layers: [{ src: 'solid', pos: [40, -30], opac: 40 }] },
    { base: {}, layers: [{ color: 'ff8000', size: [80, 40], pos: [200, 0] }] },
    { base: {}, layers: [{ src: 'logo', size: [200, 60], blendMode: 'mult' }], wid: 480 },
    { base: {}, layers: [{ src: 'solid', blendMode: 'screen' }], wid: 120 },
    { base: {}, layers: [{ src: 'solid', mask: 'mask', size: [128, 128] }] },
    { base: { mask: 'mask' }, layers: [{ src: 'solid', blendMode: 'darken' }] },
    { base: { rotate: 90 }, layers: [{ src: 'solid', rotate: 30, bgColor: '00ff00' }] },
    { base: { origin: [0, 0] }, layers: [{ src: 'solid', origin: [0, 0], pos: [10, 20] }] },
    { base: { extend: [20, 20, 20, 20], bgColor: '808080' }, layers: [{ src: 'solid', anchor: [0, 64] }] },
    { base: { crop: [20, 20, 150, 100], flip: 'lr', anchor: [30, 30] }, layers: [{ src: 'solid' }] },
    { base: {}, layers: [{ src: 'logo', crop: [10, 10, 50, 40], flip: 'ud', anchor: [20, 20] }] },
    { base: {}, layers: [{ src: 'solid', rotate: -45, anchor: [0, 0] }], rgn: [60, 40, 120, 80], wid: 300 },
    { base: { opac: 50 }, layers: [{ src: 'logo' }, { src: 'solid', pos: [30, 30] }] },
  ])('%j is what going back layer by layer finds', async (request) => {
    expect(await compare(request)).toBeGreaterThan(100);
  });

  const place = (from: number, to: number) =>
    fc.tuple(fc.integer({ min: from, max: to }), fc.integer({ min: from, max: to }));
  const geometry = {
    crop: fc.tuple(
      fc.integer({ min: -10, max: 30 }),
      fc.integer({ min: -10, max: 20 }),
      fc.integer({ min: 30, max: 90 }),
      fc.integer({ min: 30, max: 60 }),
    ),
    flip: fc.constantFrom('lr' as const, 'ud' as const, 'lrud' as const),
    rotate: fc.oneof(fc.constantFrom(90, 180, 270), fc.integer({ min: -360, max: 360 })),
    extend: fc.tuple(
      fc.integer({ min: -5, max: 20 }),
      fc.integer({ min: -5, max: 20 }),
      fc.integer({ min: -5, max: 20 }),
      fc.integer({ min: -5, max: 20 }),
    ),
    bgColor: fc.constantFrom('ff00ff', '304050'),
    mask: fc.constant('mask' as const),
    origin: place(-20, 80),
    anchor: place(-20, 80),
    opac: fc.integer({ min: 0, max: 100 }),
  };
  const layer = fc.record(
    {
      ...geometry,
      src: fc.constantFrom('logo' as const, 'solid' as const),
      size: place(30, 160),
      pos: place(-100, 100),
      blendMode: fc.constantFrom(
        'norm' as const,
        'mult' as const,
        'screen' as const,
        'lighten' as const,
        'darken' as const,
      ),
    },
    { requiredKeys: ['src'] },
  );

  it('are the same for any commands together', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.record(
          {
            base: fc.record(geometry, { requiredKeys: [] }),
            layers: fc.array(layer, { minLength: 1, maxLength: 3 }),
            rgn: fc.tuple(
              fc.integer({ min: -30, max: 100 }),
              fc.integer({ min: -30, max: 100 }),
              fc.integer({ min: 30, max: 200 }),
              fc.integer({ min: 30, max: 200 }),
            ),
            wid: fc.integer({ min: 40, max: 400 }),
          },
          { requiredKeys: ['base', 'layers'] },
        ),
        async (request) => {
          try {
            compared += await compare(request as Request);
          } catch (error) {
            // A rotated layer is drawn in the size that it has in the result: a small region of it can be too large.
            if (!(error instanceof Failure) || error.code !== 'image.too-large') throw error;
          }
        },
      ),
      { numRuns: 100, endOnFailure: true },
    );
    expect(compared).toBeGreaterThan(10_000);
  });
});
