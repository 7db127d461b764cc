import { describe, expect, it } from 'vitest';
import { decodeMemory, decodeMilliseconds } from '../../../domain/uploads/decode-cost.ts';
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
