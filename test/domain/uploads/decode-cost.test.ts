import { describe, expect, it } from 'vitest';
import { decodeMemory, decodeMilliseconds, type StoredImage } from '../../../domain/uploads/decode-cost.ts';
import { maxDecodeMilliseconds } from '../../../domain/uploads/limits.ts';

const image = { width: 1_000, height: 1_000, channels: 3, bits: 8, isProgressive: false };

describe('the memory to decode an image', () => {
  it.each([
    ['jpeg', {}, 0],
    ['jpeg', { isProgressive: true }, 6_000_000],
    ['jpeg', { isProgressive: true, channels: 4 }, 8_000_000],
    ['png', {}, 0],
    ['png', { isProgressive: true }, 3_000_000],
    ['png', { isProgressive: true, channels: 4, bits: 16 }, 8_000_000],
    ['png', { isProgressive: true, channels: 1, bits: 1 }, 1_000_000],
    ['webp', {}, 4_000_000],
    ['gif', { channels: 4 }, 5_000_000],
    ['heif', {}, 20_000_000],
    ['tiff', { bits: 16 }, 0],
  ])('in the format %s with %j is %i bytes per megapixel', (format, change, bytes) => {
    expect(decodeMemory({ ...image, ...change, format })).toBe(bytes);
  });
});

describe('the time to decode an image', () => {
  const stored = { ...image, format: 'jpeg', space: 'srgb', hasProfile: false, bytes: 20_000_000 };
  const seconds = (megapixels: number, change: Partial<StoredImage>) =>
    decodeMilliseconds({ ...stored, width: 1_000, height: megapixels * 1_000, ...change }) / 1_000;

  it.each<[string, number, Partial<StoredImage>]>([
    ['a JPEG of a large camera', 61, {}],
    ['a progressive JPEG of a camera', 36, { isProgressive: true }],
    ['a JPEG of a medium format camera', 100, {}],
    ['a CMYK JPEG for print', 45, { space: 'cmyk', channels: 4 }],
    ['a CMYK TIFF for print', 50, { format: 'tiff', space: 'cmyk', channels: 4 }],
    ['a TIFF of 16 bits with a profile', 41, { format: 'tiff', bits: 16, hasProfile: true }],
    ['a screenshot in PNG', 33, { format: 'png', channels: 4 }],
    ['a map in PNG', 138, { format: 'png' }],
    ['a photo in AVIF', 24, { format: 'heif', bytes: 5_000_000 }],
  ])('is short enough for %s of %i megapixels', (_, megapixels, change) => {
    expect(seconds(megapixels, change)).toBeLessThanOrEqual(maxDecodeMilliseconds / 1_000);
  });

  it.each<[string, number, Partial<StoredImage>]>([
    ['a JPEG', 200, {}],
    ['a progressive JPEG', 60, { isProgressive: true }],
    ['a CMYK JPEG', 60, { space: 'cmyk', channels: 4 }],
    ['a PNG of one bit', 268, { format: 'png', channels: 1, bits: 1, isProgressive: true }],
    ['a PNG of 16 bits', 100, { format: 'png', channels: 4, bits: 16 }],
    ['a WebP', 120, { format: 'webp' }],
    ['a GIF', 200, { format: 'gif', channels: 4 }],
    ['an AVIF', 60, { format: 'heif' }],
    ['an AVIF of noise', 12, { format: 'heif', bytes: 19_000_000 }],
    ['a PNG of noise', 40, { format: 'png', bytes: 240_000_000 }],
    ['a format without a measurement', 60, { format: 'other' }],
  ])('is too long for %s of %i megapixels', (_, megapixels, change) => {
    expect(seconds(megapixels, change)).toBeGreaterThan(maxDecodeMilliseconds / 1_000);
  });
});
