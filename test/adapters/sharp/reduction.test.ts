import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { readImage } from '../../../adapters/sharp/read-image.ts';
import { parseImageCommand } from '../../../domain/delivery/parse-image-command.ts';
import { acceptedTypes } from '../../../domain/uploads/accepted-types.ts';
import { makeImage } from '../../support/make-image.ts';

const read = async (image: Sharp, mimeType: string) => {
  const accepted = acceptedTypes[mimeType];
  if (!accepted) throw new Error(mimeType);
  const bytes = await image.toBuffer();
  return { bytes, ...(await readImage(bytes, accepted)) };
};

/** Soft colours with a hard edge, in 12 megapixels. */
const photo = (width = 4_032, height = 3_024): Sharp =>
  sharp({ create: { width, height, channels: 3, background: '#204060' } })
    .composite([
      {
        input: { create: { width: width / 3, height: height / 3, channels: 3, background: '#d08030' } },
        left: width / 3,
        top: height / 3,
      },
    ])
    .removeAlpha();

describe('the reduction that ingest makes', () => {
  it.each([
    ['a JPEG', photo().jpeg({ quality: 95 }), 'image/jpeg'],
    ['a PNG', photo().png({ compressionLevel: 1 }), 'image/png'],
  ])(
    'of %s is an upright JPEG in sRGB, and small results look as if made from the image',
    async (_, image, type) => {
      const { bytes, reduction } = await read(image, type);
      expect(reduction?.divisor).toBe(4);
      const { width, height, format, space, icc } = await sharp(reduction?.bytes).metadata();
      expect({ width, height, format, space, icc }).toEqual({
        width: 1_008,
        height: 756,
        format: 'jpeg',
        space: 'srgb',
        icc: undefined,
      });
      const command = parseImageCommand('wid=400&fmt=png');
      const [own, other] = await Promise.all(
        [bytes, reduction?.bytes ?? bytes].map(async (source) =>
          sharp(await makeImage(source, command, 30_000))
            .raw()
            .toBuffer({ resolveWithObject: true }),
        ),
      );
      expect(other?.info.height).toBe(own?.info.height);
      const difference = own?.data.reduce(
        (sum, value, index) => sum + Math.abs(value - (other?.data[index] ?? 0)),
        0,
      );
      expect((difference ?? 0) / (own?.data.length ?? 1)).toBeLessThan(1);
    },
  );

  it('is upright', async () => {
    const { reduction } = await read(photo().withMetadata({ orientation: 6 }).jpeg(), 'image/jpeg');
    const { width, height } = await sharp(reduction?.bytes).metadata();
    expect([width, height]).toEqual([756, 1_008]);
  });

  it.each([
    ['a small image', photo(3_000, 2_001).jpeg(), 'image/jpeg'],
    ['sides that no number divides', photo(4_032, 3_021).resize(4_031, 3_023).jpeg(), 'image/jpeg'],
    ['alpha', photo().ensureAlpha().png({ compressionLevel: 1 }), 'image/png'],
    ['CMYK', photo().toColourspace('cmyk').jpeg(), 'image/jpeg'],
  ])('is missing for %s', async (_, image, type) => {
    expect(await read(image, type)).not.toHaveProperty('reduction');
  });
});
