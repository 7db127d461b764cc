import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type FitMode,
  fitModes,
  maxReplyPixels,
  maxReplySide,
} from '../../../domain/delivery/image-commands.ts';
import { type ImageFormat, imageFormats, type ResultFormat } from '../../../domain/delivery/image-formats.ts';
import { maxPixelsOf } from '../../../domain/delivery/pixel-budgets.ts';
import { planImage } from '../../../domain/delivery/plan-image.ts';
import { planSize } from '../../../domain/delivery/plan-size.ts';

type Row = [
  source: [number, number],
  asked: [wid: number | undefined, hei: number | undefined],
  mode: FitMode,
  upscale: 0 | 1,
  scaled: [number, number],
  kept: [left: number, top: number, width: number, height: number],
  reply: [left: number, top: number, width: number, height: number],
];

const plan = (
  [width, height]: readonly [number, number],
  [wid, hei]: readonly [number | undefined, number | undefined],
  mode: FitMode = 'fit',
  upscale = true,
  fmt: ResultFormat = { format: 'jpeg', pixelType: 'rgb', compression: 'none' },
) =>
  planSize(
    { width, height },
    {
      ...(wid === undefined ? {} : { wid }),
      ...(hei === undefined ? {} : { hei }),
      fit: { mode, upscale },
    },
    maxPixelsOf(fmt),
  );

/** The same, with the limits checked. */
const checked = (
  [width, height]: readonly [number, number],
  [wid, hei]: readonly [number | undefined, number | undefined],
  mode: FitMode,
  fmt: ResultFormat = { format: 'jpeg', pixelType: 'rgb', compression: 'none' },
) =>
  planImage(
    { width, height },
    {
      ...(wid === undefined ? {} : { wid }),
      ...(hei === undefined ? {} : { hei }),
      fit: { mode, upscale: true },
      fmt: { ...fmt, isGiven: true },
      qlt: { quality: 80, fullChroma: false, isGiven: false },
    },
  );

describe('the size of a result', () => {
  it.each<Row>([
    // No dimension: unchanged.
    [[300, 200], [undefined, undefined], 'fit', 1, [300, 200], [0, 0, 300, 200], [0, 0, 300, 200]],
    // One dimension: exact; the other follows, without padding.
    [[300, 200], [150, undefined], 'fit', 1, [150, 100], [0, 0, 150, 100], [0, 0, 150, 100]],
    [[300, 200], [600, undefined], 'fit', 1, [600, 400], [0, 0, 600, 400], [0, 0, 600, 400]],
    [[300, 200], [undefined, 50], 'fit', 1, [75, 50], [0, 0, 75, 50], [0, 0, 75, 50]],
    [[300, 200], [600, undefined], 'fit', 0, [300, 200], [0, 0, 300, 200], [0, 0, 300, 200]],
    [[1000, 3], [10, undefined], 'fit', 1, [10, 1], [0, 0, 10, 1], [0, 0, 10, 1]],
    // Both dimensions: the smaller scale, padded.
    [[300, 200], [150, 150], 'fit', 1, [150, 100], [0, 0, 150, 100], [0, 25, 150, 150]],
    [[300, 200], [60, 20], 'fit', 1, [30, 20], [0, 0, 30, 20], [15, 0, 60, 20]],
    [[30, 20], [150, 150], 'fit', 1, [150, 100], [0, 0, 150, 100], [0, 25, 150, 150]],
    [[30, 20], [150, 151], 'fit', 0, [30, 20], [0, 0, 30, 20], [60, 65, 150, 151]],
    [[300, 200], [150, 150], 'constrain', 0, [150, 100], [0, 0, 150, 100], [0, 0, 150, 100]],
    [[30, 20], [150, 150], 'constrain', 0, [30, 20], [0, 0, 30, 20], [0, 0, 30, 20]],
    [[30, 20], [150, 150], 'constrain', 1, [150, 100], [0, 0, 150, 100], [0, 0, 150, 100]],
    // The larger scale, cut: an odd pixel is cut on the right.
    [[300, 200], [100, 100], 'crop', 0, [150, 100], [25, 0, 100, 100], [0, 0, 100, 100]],
    [[300, 200], [99, 100], 'crop', 0, [150, 100], [25, 0, 99, 100], [0, 0, 99, 100]],
    [[200, 300], [100, 100], 'crop', 0, [100, 150], [0, 25, 100, 100], [0, 0, 100, 100]],
    [[30, 20], [300, 300], 'crop', 1, [450, 300], [75, 0, 300, 300], [0, 0, 300, 300]],
    // Too small without upscale: padded. One direction needs neither cut nor padding.
    [[30, 20], [300, 300], 'crop', 0, [30, 20], [0, 0, 30, 20], [135, 140, 300, 300]],
    [[300, 20], [100, 100], 'crop', 0, [300, 20], [100, 0, 100, 20], [0, 40, 100, 100]],
    [[300, 200], [100, 100], 'wrap', 0, [150, 100], [0, 0, 150, 100], [0, 0, 150, 100]],
    [[30, 20], [100, 100], 'wrap', 0, [30, 20], [0, 0, 30, 20], [35, 40, 100, 100]],
    [[30, 20], [100, 100], 'wrap', 1, [150, 100], [0, 0, 150, 100], [0, 0, 150, 100]],
    [[300, 200], [100, 100], 'stretch', 0, [100, 100], [0, 0, 100, 100], [0, 0, 100, 100]],
    [[300, 20], [100, 100], 'stretch', 0, [100, 20], [0, 0, 100, 20], [0, 40, 100, 100]],
    [[300, 20], [100, 100], 'stretch', 1, [100, 100], [0, 0, 100, 100], [0, 0, 100, 100]],
    [[300, 200], [150, 50], 'hfit', 0, [150, 100], [0, 25, 150, 50], [0, 0, 150, 50]],
    [[300, 200], [150, 150], 'hfit', 0, [150, 100], [0, 0, 150, 100], [0, 25, 150, 150]],
    [[300, 200], [100, 100], 'vfit', 0, [150, 100], [25, 0, 100, 100], [0, 0, 100, 100]],
    [[300, 200], [200, 100], 'vfit', 0, [150, 100], [0, 0, 150, 100], [25, 0, 200, 100]],
    // Without wid and hei an image beyond the limits is shrunk, not refused.
    [[10_000, 2_000], [undefined, undefined], 'fit', 1, [5000, 1000], [0, 0, 5000, 1000], [0, 0, 5000, 1000]],
    [[5_000, 5_000], [undefined, undefined], 'fit', 1, [4000, 4000], [0, 0, 4000, 4000], [0, 0, 4000, 4000]],
    [[100_000, 2], [undefined, undefined], 'fit', 1, [5000, 1], [0, 0, 5000, 1], [0, 0, 5000, 1]],
  ])('from %j for %j with fit=%s,%i is right', (source, asked, mode, upscale, scaled, kept, reply) => {
    const [keptLeft, keptTop, keptWidth, keptHeight] = kept;
    const [left, top, width, height] = reply;
    expect(plan(source, asked, mode, upscale === 1)).toEqual({
      scaled: { width: scaled[0], height: scaled[1] },
      kept: { left: keptLeft, top: keptTop, width: keptWidth, height: keptHeight },
      reply: { left, top, width, height },
    });
  });

  it.each([
    [
      [100, 300],
      [2_000, undefined],
      'fit',
      'the result would have 2000 × 6000; at most 5000 × 5000 and 16000000 pixels in total are allowed in jpeg',
    ],
    [[100, 100], [4_001, 4_000], 'fit', 'the result would have 4001 × 4000'],
    [[100, 300], [2_000, 10], 'wrap', 'the result would have 2000 × 6000'],
    // Even the few pixels that are visible cost too much with those beside them.
    [[1, 100_000], [5_000, 10], 'crop', 'The scaled image would have 5000 × 90000'],
  ] as const)(
    'from %j for %j with fit=%s,1 is refused with a text that names the limit',
    (source, asked, mode, text) => {
      expect(() => checked(source, asked, mode)).toThrow(
        expect.objectContaining({ code: 'image.too-large', message: expect.stringContaining(text) }),
      );
    },
  );

  it('can be exactly 16 megapixels', () => {
    expect(plan([100, 100], [4_000, 4_000]).reply).toMatchObject({ width: 4_000, height: 4_000 });
  });

  const formats = (Object.keys(imageFormats) as ImageFormat[]).flatMap((format) =>
    imageFormats[format].pixelTypes.flatMap((pixelType) =>
      imageFormats[format].compressions.map((compression) => ({ format, pixelType, compression })),
    ),
  );

  it.each(formats)('has a budget of pixels in $format,$pixelType,$compression', (fmt) => {
    const budget = maxPixelsOf(fmt);
    expect(budget).toBeGreaterThanOrEqual(1_000_000);
    expect(budget).toBeLessThanOrEqual(maxReplyPixels);
    const side = Math.floor(Math.sqrt(budget));
    expect(plan([100, 100], [side, side], 'fit', true, fmt).reply).toMatchObject({ width: side });
    const tooLarge = () => checked([100, 100], [side + 1, side + 1], 'fit', fmt);
    expect(tooLarge).toThrow(
      expect.objectContaining({
        code: 'image.too-large',
        message: expect.stringContaining(`and ${budget} pixels in total are allowed in ${fmt.format}`),
      }),
    );
    // A whole image is shrunk to the budget.
    const whole = plan([20_000, 10_000], [undefined, undefined], 'fit', true, fmt).reply;
    expect(whole.width * whole.height).toBeLessThanOrEqual(budget);
    expect(whole.width * whole.height).toBeGreaterThan(Math.min(budget, 12_500_000) * 0.99);
  });

  const side = fc.integer({ min: 1, max: 3_000 });
  const small = fc.integer({ min: 1, max: 2_000 });

  it('is the requested one, contains the kept window, and keeps the proportions of the source', () => {
    fc.assert(
      fc.property(
        fc.tuple(side, side),
        fc.tuple(small, small),
        fc.constantFrom(...fitModes.filter((mode) => mode !== 'wrap')),
        fc.boolean(),
        (source, asked, mode, upscale) => {
          fc.pre(source[0] / source[1] < 50 && source[1] / source[0] < 50);
          const { scaled, kept, reply } = plan(source, asked, mode, upscale);
          expect(kept.left + kept.width).toBeLessThanOrEqual(scaled.width);
          expect(kept.top + kept.height).toBeLessThanOrEqual(scaled.height);
          expect(reply.left + kept.width).toBeLessThanOrEqual(reply.width);
          expect(reply.top + kept.height).toBeLessThanOrEqual(reply.height);
          expect([reply.width, reply.height]).toEqual(
            mode === 'constrain' ? [kept.width, kept.height] : asked,
          );
          if (!upscale) {
            expect(scaled.width).toBeLessThanOrEqual(source[0]);
            expect(scaled.height).toBeLessThanOrEqual(source[1]);
          }
          if (mode !== 'stretch') {
            const scale = Math.max(scaled.width / source[0], scaled.height / source[1]);
            expect(Math.abs(scaled.width - source[0] * scale)).toBeLessThanOrEqual(1 + source[0] / source[1]);
            expect(Math.abs(scaled.height - source[1] * scale)).toBeLessThanOrEqual(
              1 + source[1] / source[0],
            );
          }
          if (mode === 'crop' && upscale) expect(kept).toMatchObject({ width: asked[0], height: asked[1] });
        },
      ),
    );
  });

  it('never exceeds the limits, however large the source is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200_000 }),
        fc.integer({ min: 1, max: 200_000 }),
        (width, height) => {
          const { reply } = plan([width, height], [undefined, undefined]);
          expect(reply.width).toBeLessThanOrEqual(maxReplySide);
          expect(reply.height).toBeLessThanOrEqual(maxReplySide);
          expect(reply.width * reply.height).toBeLessThanOrEqual(maxReplyPixels);
        },
      ),
    );
  });
});
