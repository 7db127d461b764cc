/** Text against a plain implementation: a font of rectangles, whose pixels are known. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { parseImageCommand } from '../../../domain/delivery/parse-image-command.ts';
import { unitsPerEm } from '../../../samples/rectangle-font.ts';
import { makeImage } from '../../support/make-image.ts';
import { boxOf, sampleFont } from '../../support/sample-font.ts';

const advance = 600;
const files = new Map([
  ['luma/brand', { bytes: sampleFont(advance) }],
  ['luma/notes', { bytes: Buffer.from('no font') }],
  ['luma/cut', { bytes: sampleFont(advance).subarray(0, 900) }],
]);
const base = await sharp({ create: { width: 400, height: 200, channels: 3, background: '#ffffff' } })
  .png()
  .toBuffer();

const make = (query: string) =>
  makeImage(base, parseImageCommand(query), 30_000, undefined, undefined, { company: 'luma', files });

interface Text {
  readonly lines: readonly string[];
  readonly fontSize: number;
  readonly leading?: number;
  readonly align?: 'left' | 'center' | 'right';
  /** Of the box, if it is given. */
  readonly size?: readonly [width: number, height: number];
  readonly zoom?: number;
}

/** The share of each pixel that a text covers, on a canvas of 400 × 200 with the box in its middle. */
function covered({
  lines,
  fontSize,
  leading = fontSize,
  align = 'left',
  size,
  zoom = 1,
}: Text): Float64Array {
  const scale = fontSize / unitsPerEm;
  const widths = lines.map((line) => line.length * advance * scale);
  const width = size?.[0] || Math.ceil(Math.max(...widths));
  const height = size?.[1] || Math.ceil(lines.length * leading);
  const [left, top] = [Math.round(200 - width / 2), Math.round(100 - height / 2)];
  const pixels = new Float64Array(400 * zoom * 200 * zoom);
  for (const [row, line] of lines.entries()) {
    const begin = { left: 0, center: (width - (widths[row] ?? 0)) / 2, right: width - (widths[row] ?? 0) }[
      align
    ];
    const baseline = (leading + 600 * scale) / 2 + row * leading;
    for (const [column, letter] of [...line].entries()) {
      if (letter === ' ') continue;
      const box = boxOf(letter, advance);
      const x = begin + column * advance * scale;
      const edges = {
        left: Math.max(0, x + box.left * scale) + left,
        right: Math.min(width, x + box.right * scale) + left,
        top: Math.max(0, baseline - box.top * scale) + top,
        bottom: Math.min(height, baseline) + top,
      };
      for (let py = 0; py < 200 * zoom; py += 1) {
        const high = Math.min((py + 1) / zoom, edges.bottom) - Math.max(py / zoom, edges.top);
        if (high <= 0) continue;
        for (let px = 0; px < 400 * zoom; px += 1) {
          const wide = Math.min((px + 1) / zoom, edges.right) - Math.max(px / zoom, edges.left);
          if (wide > 0) pixels[py * 400 * zoom + px] = wide * high * zoom * zoom;
        }
      }
    }
  }
  return pixels;
}

/** Wang and others, "Image Quality Assessment: From Error Visibility to Structural Similarity" (2004), of blocks of 8 × 8. */
function similarity(one: ArrayLike<number>, other: ArrayLike<number>, width: number, height: number): number {
  let sum = 0;
  let blocks = 0;
  for (let y = 0; y + 8 <= height; y += 4) {
    for (let x = 0; x + 8 <= width; x += 4) {
      let [a, b, aa, bb, ab] = [0, 0, 0, 0, 0];
      for (let index = 0; index < 64; index += 1) {
        const at = (y + (index >> 3)) * width + x + (index & 7);
        const [p, q] = [one[at] ?? 0, other[at] ?? 0];
        a += p / 64;
        b += q / 64;
        aa += (p * p) / 64;
        bb += (q * q) / 64;
        ab += (p * q) / 64;
      }
      const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];
      sum +=
        ((2 * a * b + c1) * (2 * (ab - a * b) + c2)) /
        ((a * a + b * b + c1) * (aa - a * a + bb - b * b + c2));
      blocks += 1;
    }
  }
  return sum / blocks;
}

describe('a text', () => {
  it.each<[string, Text]>([
    ['text=Sale&fontSize=50', { lines: ['Sale'], fontSize: 50 }],
    ['text=Summer%0Asale&fontSize=40', { lines: ['Summer', 'sale'], fontSize: 40 }],
    ['text=Summer%0D%0Asale&fontSize=40,60', { lines: ['Summer', 'sale'], fontSize: 40, leading: 60 }],
    [
      'text=Summer%0Asale&fontSize=40&textAlign=right',
      { lines: ['Summer', 'sale'], fontSize: 40, align: 'right' },
    ],
    [
      'text=Summer%0Asale&fontSize=33&textAlign=center',
      { lines: ['Summer', 'sale'], fontSize: 33, align: 'center' },
    ],
    // 200 pixels have room for eight letters.
    [
      'text=one two three&fontSize=40&size=200',
      { lines: ['one two', 'three'], fontSize: 40, size: [200, 0] },
    ],
    [
      'text=abcdefghijklm&fontSize=40&size=200',
      { lines: ['abcdefgh', 'ijklm'], fontSize: 40, size: [200, 0] },
    ],
    [
      'text=one two three&fontSize=40&size=200,60',
      { lines: ['one two', 'three'], fontSize: 40, size: [200, 60] },
    ],
    // The outlines are drawn in the size of the result, not enlarged.
    ['text=Sale&fontSize=25&wid=1200', { lines: ['Sale'], fontSize: 25, zoom: 3 }],
    ['text=a,b,,&fontSize=40', { lines: ['a,b,,'], fontSize: 40 }],
  ])('%s is drawn where its letters are', async (query, text) => {
    const made = await make(`layer=1&font=brand&fmt=png&${query}`);
    const { data, info } = await sharp(made).greyscale().raw().toBuffer({ resolveWithObject: true });
    const expected = covered(text).map((share) => 255 * (1 - share));
    expect([info.width * info.height]).toEqual([expected.length]);
    expect(similarity(data, expected, info.width, info.height)).toBeGreaterThan(0.98);
  });

  it('has the colour and the opacity of its layer', async () => {
    const made = await make('layer=1&font=brand&text=HHH&fontSize=160&color=ff0000&opac=50&fmt=png');
    const { data, info } = await sharp(made).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const at = (120 * info.width + 200) * 3;
    expect([...data.subarray(at, at + 3)]).toEqual([255, 128, 128]);
  });

  it('draws nothing if it is empty, and letters that the font lacks as boxes', async () => {
    const plain = await sharp(await make('fmt=png'))
      .raw()
      .toBuffer();
    const pixels = async (query: string) =>
      sharp(await make(`${query}&fmt=png`))
        .removeAlpha()
        .raw()
        .toBuffer();
    expect((await pixels('layer=1&font=brand&text=')).equals(plain)).toBe(true);
    expect((await pixels('layer=1&font=brand&text=%20')).equals(plain)).toBe(true);
    expect((await pixels('layer=1&font=brand&text=%E6%97%A5&fontSize=50')).equals(plain)).toBe(false);
  });

  it.each([
    ['layer=1&text=a', 'layer=1: needs font: the id of a font that is published, for its text'],
    ['layer=1&text=a&src=b&font=brand', 'layer=1: has src and text; a layer has only one of them'],
    ['layer=1&text=a&font=notes', 'font: text needs a TrueType or OpenType font (ttf, otf, ttc)'],
    [
      'layer=1&font=brand&text={\\rtf1 a}',
      'layer=1&text: RTF is not read; write plain text, and use font, fontSize, textAlign and color',
    ],
    [
      `layer=1&font=brand&text=${'a'.repeat(501)}`,
      /^layer=1&text: text is "a+…"; it must be at most 500 characters$/,
    ],
    [
      'layer=1&font=is{brand?wid=3}&text=a',
      'layer=1&font: a font has no commands; it must be an id or company/id',
    ],
    [
      'layer=1&font=brand&text=a&fontSize=0',
      /^layer=1&fontSize: pixels is "0"; it must be a number from 1 to 2000$/,
    ],
  ])('%.60s is refused', async (query, message) => {
    await expect(async () => make(query)).rejects.toThrow(message);
  });

  it('of a damaged font is drawn as far as it can be, or refused', async () => {
    const whole = sampleFont(advance);
    for (let seed = 1; seed <= 60; seed += 1) {
      const broken = Buffer.from(whole);
      for (let index = 0; index < 20; index += 1)
        broken[12 + ((seed * 7_919 + index * 104_729) % (broken.length - 12))] =
          (seed * 31 + index * 17) & 255;
      const cut = seed % 3 === 0 ? broken.subarray(0, (seed * 611) % broken.length) : broken;
      const fonts = { company: 'luma', files: new Map([['luma/brand', { bytes: cut }]]) };
      const command = parseImageCommand('layer=1&font=brand&text=Sale%20now&fontSize=50&size=90');
      const outcome = await makeImage(base, command, 30_000, undefined, undefined, fonts).then(
        () => 'made',
        (error: unknown) => (error as { code?: string }).code,
      );
      expect(['made', 'image.invalid-argument', 'image.too-large']).toContain(outcome);
    }
  });
});
