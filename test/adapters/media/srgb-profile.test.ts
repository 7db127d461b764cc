import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { isSrgbProfile } from '../../../adapters/media/srgb-profile.ts';

async function profileOf(name: string): Promise<Buffer> {
  const image = sharp({ create: { width: 8, height: 8, channels: 3, background: '#c84' } });
  const { icc } = await sharp(await image.withIccProfile(name).jpeg().toBuffer()).metadata();
  if (!icc) throw new Error(`sharp has no profile ${name}`);
  return icc;
}

/** A profile of version 2 with tables for curves, as scanners and Photoshop write it. */
function tableProfile(exponent: (value: number) => number, primaries: readonly number[][]): Buffer {
  const entries = 1_024;
  const curve = Buffer.alloc(12 + entries * 2);
  curve.write('curv', 0, 'latin1');
  curve.writeUInt32BE(entries, 8);
  for (let index = 0; index < entries; index += 1) {
    curve.writeUInt16BE(Math.round(exponent(index / (entries - 1)) * 65_535), 12 + index * 2);
  }
  const tags: [string, Buffer][] = [
    ...['rXYZ', 'gXYZ', 'bXYZ'].map((name, row): [string, Buffer] => {
      const tag = Buffer.alloc(20);
      tag.write('XYZ ', 0, 'latin1');
      for (const [column, value] of (primaries[row] ?? []).entries())
        tag.writeInt32BE(Math.round(value * 65_536), 8 + column * 4);
      return [name, tag];
    }),
    ...['rTRC', 'gTRC', 'bTRC'].map((name): [string, Buffer] => [name, curve]),
  ];
  const header = Buffer.alloc(132 + tags.length * 12);
  header.write('RGB ', 16, 'latin1');
  header.write('acsp', 36, 'latin1');
  header.writeUInt32BE(tags.length, 128);
  let at = header.length;
  for (const [index, [name, data]] of tags.entries()) {
    header.write(name, 132 + index * 12, 'latin1');
    header.writeUInt32BE(at, 136 + index * 12);
    header.writeUInt32BE(data.length, 140 + index * 12);
    at += data.length;
  }
  return Buffer.concat([header, ...tags.map(([, data]) => data)]);
}

const srgb = [
  [0.43607, 0.22249, 0.01392],
  [0.38515, 0.71687, 0.09708],
  [0.14307, 0.06061, 0.7141],
];
const adobeRgb = [
  [0.60974, 0.31111, 0.01947],
  [0.20528, 0.62567, 0.06087],
  [0.14919, 0.06322, 0.74457],
];
const light = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);

describe('a profile is sRGB', () => {
  it('by its formula', async () => {
    expect(isSrgbProfile(await profileOf('srgb'))).toBe(true);
  });

  it('by its table', () => {
    expect(isSrgbProfile(tableProfile(light, srgb))).toBe(true);
  });

  it.each([
    ['with the primaries of Adobe RGB', tableProfile(light, adobeRgb)],
    ['with an exponent of 1.8', tableProfile((value) => value ** 1.8, srgb)],
    ['with an exponent of 2.2, which is darker near black', tableProfile((value) => value ** 2.2, srgb)],
    ['that is cut off', tableProfile(light, srgb).subarray(0, 300)],
    ['that is none', Buffer.from('no profile')],
  ])('but not one %s', (_, profile) => {
    expect(isSrgbProfile(profile)).toBe(false);
  });

  it('but not Display P3', async () => {
    expect(isSrgbProfile(await profileOf('p3'))).toBe(false);
  });
});
