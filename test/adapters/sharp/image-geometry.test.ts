/**
 * The geometry of image commands against an independent implementation: for each pixel of a result it goes all the steps back, in
 * the order of the protocol, to a point of the source. The source is smooth, so that the kernel makes no difference.
 */
import fc from 'fast-check';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { parseImageCommand } from '../../../domain/delivery/parse-image-command.ts';
import { Failure } from '../../../domain/failure.ts';
import { makeImage } from '../../support/make-image.ts';

const width = 240;
const height = 160;

type Pixel = readonly [red: number, green: number, blue: number];

function colourAt(x: number, y: number): Pixel {
  return [
    40 + (170 * x) / width,
    40 + (170 * y) / height,
    128 + 60 * Math.sin((2 * x) / width + (3 * y) / height),
  ];
}

const source = await sharp(
  Buffer.from(
    Array.from({ length: width * height }, (_, index) =>
      colourAt((index % width) + 0.5, Math.floor(index / width) + 0.5).map(Math.round),
    ).flat(),
  ),
  { raw: { width, height, channels: 3 } },
)
  .png()
  .toBuffer();

interface Steps {
  crop?: [x: number, y: number, width: number, height: number];
  cropN?: [x: number, y: number, width: number, height: number];
  size?: [width: number, height: number];
  scale?: number;
  flip?: 'lr' | 'ud' | 'lrud';
  rotate?: number;
  extend?: [left: number, top: number, right: number, bottom: number];
  extendN?: [left: number, top: number, right: number, bottom: number];
  rgn?: [x: number, y: number, width: number, height: number];
  wid?: number;
  hei?: number;
  scl?: number;
  fit?: string;
  align?: [x: number, y: number];
  rect?: [x: number, y: number, width: number, height: number];
  bgColor?: string;
}

const queryOf = (steps: Steps) =>
  Object.entries({ ...steps, fmt: 'png', bgc: '00ff00' })
    .map(([name, value]) => `${name}=${[value].flat().join()}`)
    .join('&');

interface Expected {
  readonly width: number;
  readonly height: number;
  /** Pixels of the source that a pixel of the result shows. */
  readonly pitch: number;
  /** A colour, or that of the background, or undefined near an edge. */
  readonly at: (x: number, y: number) => Pixel | undefined;
}

const background: Pixel = [0, 255, 0];
const layerBackground: Pixel = [255, 0, 255];

function expectedOf(steps: Steps): Expected {
  const crop =
    steps.crop ??
    (steps.cropN && [
      Math.round(steps.cropN[0] * width),
      Math.round(steps.cropN[1] * height),
      Math.max(1, Math.round(steps.cropN[2] * width)),
      Math.max(1, Math.round(steps.cropN[3] * height)),
    ]) ??
    ([0, 0, width, height] as const);
  const [cropX = 0, cropY = 0, cropWidth = 0, cropHeight = 0] = crop;
  const bySize = (steps.size ?? [])
    .map((size, index) =>
      size === 0 ? Number.POSITIVE_INFINITY : size / (index === 0 ? cropWidth : cropHeight),
    )
    .reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
  const scale = Number.isFinite(bySize) ? bySize : (steps.scale ?? 1);
  const layer = [
    Math.max(1, Math.round(cropWidth * scale)),
    Math.max(1, Math.round(cropHeight * scale)),
  ] as const;
  const angle = ((steps.rotate ?? 0) * Math.PI) / 180;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const turned = [
    Math.round(Math.abs(layer[0] * cosine) + Math.abs(layer[1] * sine)),
    Math.round(Math.abs(layer[0] * sine) + Math.abs(layer[1] * cosine)),
  ] as const;
  const margins =
    steps.extend ??
    (steps.extendN ?? [0, 0, 0, 0]).map((share, index) => Math.round(share * (turned[index % 2] ?? 0)));
  const [left = 0, top = 0, right = 0, bottom = 0] = margins;
  const composite = [turned[0] + left + right, turned[1] + top + bottom] as const;
  const rgn = steps.rgn ?? [0, 0, ...composite];
  const view = viewOf(rgn[2] ?? 0, rgn[3] ?? 0, steps);
  const [rectX, rectY, replyWidth, replyHeight] = steps.rect ?? [0, 0, ...view.reply];
  return {
    width: replyWidth,
    height: replyHeight,
    pitch: Math.max(
      ((rgn[2] ?? 1) / view.scaled[0]) * (cropWidth / layer[0]),
      ((rgn[3] ?? 1) / view.scaled[1]) * (cropHeight / layer[1]),
    ),
    at: (px, py) => {
      // From the result to the scaled view, to the composite, to the layer, to the source.
      const vx = px + rectX - view.placed[0] + view.cut[0];
      const vy = py + rectY - view.placed[1] + view.cut[1];
      const isKept = inside(vx - view.cut[0], vy - view.cut[1], view.kept[0], view.kept[1], 2);
      const factorX = view.scaled[0] / (rgn[2] ?? 1);
      const factorY = view.scaled[1] / (rgn[3] ?? 1);
      const cx = vx / factorX + (rgn[0] ?? 0);
      const cy = vy / factorY + (rgn[1] ?? 0);
      // Half a pixel at every rounding, and the width of the kernel.
      const blur = 3 * Math.max(1, 1 / factorX, 1 / factorY);
      const isOnComposite = inside(cx, cy, composite[0], composite[1], blur);
      const [rx, ry] = [cx - left - turned[0] / 2, cy - top - turned[1] / 2];
      let lx = rx * cosine + ry * sine + layer[0] / 2;
      let ly = -rx * sine + ry * cosine + layer[1] / 2;
      if (steps.flip === 'lr' || steps.flip === 'lrud') lx = layer[0] - lx;
      if (steps.flip === 'ud' || steps.flip === 'lrud') ly = layer[1] - ly;
      const isOnLayer = inside(lx, ly, layer[0], layer[1], blur + 1);
      const x = (lx * cropWidth) / layer[0] + cropX;
      const y = (ly * cropHeight) / layer[1] + cropY;
      const isOnSource = inside(x, y, width, height, (blur + 2) * Math.max(1, cropWidth / layer[0]));
      const answers = [isKept, isOnComposite, isOnLayer, isOnSource];
      if (answers.some((answer) => answer === false)) {
        if (isKept === undefined || isOnComposite === undefined) return undefined;
        return isKept && isOnComposite && steps.bgColor ? layerBackground : background;
      }
      return answers.every((answer) => answer === true) ? colourAt(x, y) : undefined;
    },
  };
}

/** Undefined near an edge. */
function inside(x: number, y: number, right: number, bottom: number, edge: number): boolean | undefined {
  if (x < -edge || y < -edge || x > right + edge || y > bottom + edge) return false;
  return x > edge && y > edge && x < right - edge && y < bottom - edge ? true : undefined;
}

interface View {
  readonly scaled: readonly [number, number];
  readonly kept: readonly [number, number];
  readonly cut: readonly [number, number];
  readonly reply: readonly [number, number];
  readonly placed: readonly [number, number];
}

function viewOf(
  regionWidth: number,
  regionHeight: number,
  { wid, hei, scl, fit = 'fit,1', align = [0, 0] }: Steps,
): View {
  const sized = (x: number, y: number) =>
    [Math.max(1, Math.round(regionWidth * x)), Math.max(1, Math.round(regionHeight * y))] as const;
  const [mode, upscale] = fit.split(',');
  const limit = (scale: number) => (upscale === '1' ? scale : Math.min(1, scale));
  let scaled = sized(1, 1);
  let asked: readonly [number, number] | undefined;
  if (scl !== undefined) {
    scaled = sized(1 / scl, 1 / scl);
    asked = [wid ?? scaled[0], hei ?? scaled[1]];
  } else if (wid !== undefined && hei !== undefined) {
    const [x, y] = [limit(wid / regionWidth), limit(hei / regionHeight)];
    const factor = {
      fit: Math.min(x, y),
      constrain: Math.min(x, y),
      crop: Math.max(x, y),
      wrap: Math.max(x, y),
      hfit: x,
      vfit: y,
    }[mode ?? ''];
    scaled = factor === undefined ? sized(x, y) : sized(factor, factor);
    asked =
      mode === 'constrain'
        ? scaled
        : mode === 'wrap'
          ? [Math.max(wid, scaled[0]), Math.max(hei, scaled[1])]
          : [wid, hei];
  } else if (wid !== undefined || hei !== undefined) {
    const factor = limit(wid === undefined ? (hei ?? 1) / regionHeight : wid / regionWidth);
    scaled = sized(factor, factor);
  }
  const reply = asked ?? scaled;
  const kept = [Math.min(reply[0], scaled[0]), Math.min(reply[1], scaled[1])] as const;
  const share = (space: number, at: number) => Math.floor((space * (1 + at)) / 2);
  return {
    scaled,
    kept,
    reply,
    cut: [share(scaled[0] - kept[0], align[0]), share(scaled[1] - kept[1], align[1])],
    placed: [share(reply[0] - kept[0], align[0]), share(reply[1] - kept[1], align[1])],
  };
}

async function compare(steps: Steps): Promise<number> {
  const query = queryOf(steps);
  const made = await makeImage(source, parseImageCommand(query), 30_000);
  const { data, info } = await sharp(made).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const expected = expectedOf(steps);
  expect([info.width, info.height], query).toEqual([expected.width, expected.height]);
  let compared = 0;
  for (let y = 0; y < info.height; y += 3) {
    for (let x = 0; x < info.width; x += 3) {
      const right = expected.at(x + 0.5, y + 0.5);
      if (!right) continue;
      const offset = (y * info.width + x) * info.channels;
      const distance = Math.max(
        ...right.map((value, channel) => Math.abs(value - (data[offset + channel] ?? -1))),
      );
      if (distance > tolerance + expected.pitch) {
        expect.fail(
          `${query}: at ${x},${y} of ${info.width}×${info.height} there is ${[...data.subarray(offset, offset + 3)]}, and not ${right.map(Math.round)}`,
        );
      }
      compared += 1;
    }
  }
  return compared;
}

/**
 * In levels of 255, besides one pixel of the result: rounded places and sizes move an image by half a pixel each, and neighbouring
 * pixels of the source differ by about a level.
 */
const tolerance = 5;

it.each<Steps>([
  { crop: [20, 30, 100, 80] },
  { crop: [-40, -20, 320, 200] },
  { cropN: [0.25, 0.5, 0.5, 0.25] },
  { crop: [60, 40, 120, 80], wid: 600 },
  { size: [120, 0] },
  { size: [50, 300], bgColor: 'ff00ff' },
  { scale: 1.5 },
  { flip: 'lr' },
  { flip: 'ud', crop: [0, 0, 100, 60] },
  { flip: 'lrud', wid: 77 },
  { rotate: 90 },
  { rotate: -90, wid: 100, hei: 100, fit: 'crop' },
  { rotate: 180, flip: 'lr' },
  { rotate: 90, flip: 'ud' },
  { rotate: 270, flip: 'ud', wid: 90 },
  { rotate: 30 },
  { rotate: 30, flip: 'lr', wid: 300 },
  { rotate: -45, bgColor: 'ff00ff' },
  { rotate: 200, crop: [10, 10, 100, 100], rgn: [20, 20, 60, 60], wid: 120 },
  { extend: [10, 20, 30, 40] },
  { extend: [-10, 20, -30, 40], bgColor: 'ff00ff' },
  { extendN: [0.5, 0, 0, -0.25], wid: 200 },
  { rgn: [50, 40, 100, 60] },
  { rgn: [-20, -20, 100, 60], wid: 300 },
  { rgn: [100, 80, 8, 6], wid: 800 },
  { scl: 2 },
  { scl: 0.5, wid: 200, hei: 200, align: [-1, 1] },
  { scl: 4, wid: 200, hei: 200, align: [0.5, -0.5] },
  { wid: 100, hei: 100, fit: 'crop', align: [-1, -1] },
  { wid: 100, hei: 100, fit: 'crop', align: [1, 0.3] },
  { wid: 100, hei: 100, align: [0, 1] },
  { wid: 1_000, rect: [300, 200, 128, 128] },
  { wid: 1_000, rotate: 90, flip: 'ud', rect: [300, 200, 128, 128] },
  { wid: 5_000, rect: [4_800, 3_200, 256, 256] },
  { wid: 5_000, hei: 3_000, rotate: 12, rect: [2_000, 1_000, 256, 256] },
  { crop: [500, 500, 50, 50] },
])('%j is what going back step by step finds', async (steps) => {
  expect(await compare(steps)).toBeGreaterThan(10);
});

it.each([
  // 240 pixels with 72 to the inch, or as many as the file states.
  ['res=36', undefined, 120],
  ['res=144', undefined, 480],
  ['res=150', 300, 120],
  ['res=150&scale=2', 300, 480],
  ['res=150&size=60', 300, 60],
])('%s of a file with %s pixels to the inch has a width of %d', async (query, density, expected) => {
  const file =
    density === undefined ? source : await sharp(source).withMetadata({ density }).png().toBuffer();
  const made = await makeImage(file, parseImageCommand(`${query}&fmt=png`), 30_000);
  expect((await sharp(made).metadata()).width).toBe(expected);
});

const box = (most: number) =>
  fc.tuple(
    fc.integer({ min: -60, max: 150 }),
    fc.integer({ min: -60, max: 100 }),
    fc.integer({ min: 20, max: most }),
    fc.integer({ min: 20, max: most }),
  );
const share = fc.integer({ min: -10, max: 10 }).map((tenth) => tenth / 10);
const margins = fc.tuple(
  fc.integer({ min: -20, max: 40 }),
  fc.integer({ min: -20, max: 40 }),
  fc.integer({ min: -20, max: 40 }),
  fc.integer({ min: -20, max: 40 }),
);

it('holds for any commands together', async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.record(
        {
          crop: box(260),
          scale: fc.integer({ min: 4, max: 20 }).map((tenth) => tenth / 10),
          flip: fc.constantFrom('lr' as const, 'ud' as const, 'lrud' as const),
          rotate: fc.oneof(fc.constantFrom(90, 180, 270, -90), fc.integer({ min: -360, max: 360 })),
          extend: margins,
          rgn: box(200),
          wid: fc.integer({ min: 20, max: 500 }),
          hei: fc.integer({ min: 20, max: 500 }),
          fit: fc
            .tuple(
              fc.constantFrom('fit', 'constrain', 'crop', 'wrap', 'stretch', 'hfit', 'vfit'),
              fc.constantFrom(0, 1),
            )
            .map(String),
          align: fc.tuple(share, share),
          rect: fc.tuple(
            fc.integer({ min: 0, max: 200 }),
            fc.integer({ min: 0, max: 200 }),
            fc.integer({ min: 20, max: 200 }),
            fc.integer({ min: 20, max: 200 }),
          ),
          bgColor: fc.constant('ff00ff'),
        },
        { requiredKeys: [] },
      ),
      async (drawn) => {
        const { fit, ...rest } = drawn;
        const steps: Steps = { ...rest, ...(fit && (rest.wid || rest.hei) ? { fit } : {}) };
        // With one dimension all modes are equal.
        if (steps.fit && !(steps.wid && steps.hei)) steps.fit = steps.fit.replace(/^\w+/, 'fit');
        try {
          compared += await compare(steps);
        } catch (error) {
          if (!(error instanceof Failure) || error.code !== 'image.invalid-argument') throw error;
          expect(error.message).toMatch(/^extend: nothing is left/);
        }
      },
    ),
    { numRuns: 300 },
  );
  expect(compared).toBeGreaterThan(10_000);
});
