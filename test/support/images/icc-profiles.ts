/** ICC profiles and the numbers of a colour in them, worked out from their definitions and not by the image library. */

type Vector = readonly [number, number, number];
type Matrix = readonly [Vector, Vector, Vector];

export interface RgbProfile {
  readonly name: string;
  /** XYZ of the primaries for D50, one column each (ICC.1:2022, annex E; values of Bruce Lindbloom and of Apple). */
  readonly primaries: Matrix;
  /** Exponent of a plain curve; undefined for the curve of sRGB. */
  readonly gamma?: number;
}

export const srgb: RgbProfile = {
  name: 'Test sRGB',
  primaries: [
    [0.4360747, 0.3850649, 0.1430804],
    [0.2225045, 0.7168786, 0.0606169],
    [0.0139322, 0.0971045, 0.7141733],
  ],
};

export const displayP3: RgbProfile = {
  name: 'Test Display P3',
  primaries: [
    [0.515102, 0.291965, 0.157153],
    [0.241182, 0.692236, 0.066582],
    [-0.001049, 0.041882, 0.784378],
  ],
};

export const adobeRgb: RgbProfile = {
  name: 'Test Adobe RGB',
  primaries: [
    [0.60974, 0.20528, 0.14919],
    [0.31111, 0.62567, 0.06322],
    [0.01947, 0.06087, 0.74457],
  ],
  gamma: 2.19921875,
};

/** Exponent of the gray profile. */
export const grayGamma = 1.8;

const linear = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const curved = (value: number) => (value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055);

const times = (matrix: Matrix, vector: Vector): Vector =>
  matrix.map((row) => row.reduce((sum, value, index) => sum + value * (vector[index] ?? 0), 0)) as never;

function inverse(m: Matrix): Matrix {
  const minor = (row: number, column: number) => {
    const [a, b] = [0, 1, 2].filter((index) => index !== row) as [0, 1];
    const [c, d] = [0, 1, 2].filter((index) => index !== column) as [0, 1];
    return m[a][c] * m[b][d] - m[a][d] * m[b][c];
  };
  const sign = (row: number, column: number) => ((row + column) % 2 === 0 ? 1 : -1);
  const determinant = m[0][0] * minor(0, 0) - m[0][1] * minor(0, 1) + m[0][2] * minor(0, 2);
  const cell = (row: number, column: number) => (sign(row, column) * minor(column, row)) / determinant;
  return [0, 1, 2].map((row) => [0, 1, 2].map((column) => cell(row, column))) as never;
}

/** The numbers of an sRGB colour in a profile, 0–1. @param colour 0–255 */
export function numbersIn({ primaries, gamma }: RgbProfile, colour: Vector): Vector {
  const light = times(srgb.primaries, colour.map((value) => linear(value / 255)) as never);
  return times(inverse(primaries), light).map((value) =>
    gamma === undefined ? curved(value) : value ** (1 / gamma),
  ) as never;
}

/** The sRGB colour, 0–255, of numbers in a profile with the curve of sRGB. @param numbers 0–1 */
export function colourOfNumbers({ primaries }: RgbProfile, numbers: Vector): Vector {
  const light = times(primaries, numbers.map(linear) as never);
  return times(inverse(srgb.primaries), light).map((value) => curved(value) * 255) as never;
}

/** The number of a gray of sRGB in the gray profile, 0–1. @param gray 0–255 */
export function numberInGray(gray: number): number {
  return linear(gray / 255) ** (1 / grayGamma);
}

function fixed(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(Math.round(value * 65_536));
  return bytes;
}

const typed = (type: string, ...parts: Buffer[]) =>
  Buffer.concat([Buffer.from(type, 'latin1'), Buffer.alloc(4), ...parts]);
const xyz = (...values: number[]) => typed('XYZ ', ...values.map(fixed));
const u16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const u32 = (value: number) =>
  Buffer.from([value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255]);

function text(value: string): Buffer {
  const utf16 = Buffer.from(value, 'utf16le').swap16();
  return typed('mluc', u32(1), u32(12), Buffer.from('enUS'), u32(utf16.length), u32(28), utf16);
}

/** ICC.1:2022, 10.18: function 0 is an exponent, function 3 the curve of sRGB. */
function curve(gamma: number | undefined): Buffer {
  return gamma === undefined
    ? typed('para', u16(3), u16(0), ...[2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045].map(fixed))
    : typed('para', u16(0), u16(0), fixed(gamma));
}

function profile(space: string, tags: Readonly<Record<string, Buffer>>): Buffer {
  const entries = Object.entries(tags);
  const header = Buffer.alloc(128);
  header.writeUInt32BE(0x04300000, 8);
  header.write('mntr', 12, 'latin1');
  header.write(space.padEnd(4), 16, 'latin1');
  header.write('XYZ ', 20, 'latin1');
  header.writeUInt16BE(2026, 24);
  header.writeUInt16BE(1, 26);
  header.writeUInt16BE(1, 28);
  header.write('acsp', 36, 'latin1');
  Buffer.concat([fixed(0.9642), fixed(1), fixed(0.8249)]).copy(header, 68);
  const table: Buffer[] = [u32(entries.length)];
  const data: Buffer[] = [];
  let at = 128 + 4 + entries.length * 12;
  for (const [name, value] of entries) {
    const padded = Buffer.concat([value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
    table.push(Buffer.from(name, 'latin1'), u32(at), u32(value.length));
    data.push(padded);
    at += padded.length;
  }
  header.writeUInt32BE(at, 0);
  return Buffer.concat([header, ...table, ...data]);
}

const white = xyz(0.9642, 1, 0.8249);

export function rgbIcc({ name, primaries, gamma }: RgbProfile): Buffer {
  const column = (index: 0 | 1 | 2) => xyz(...primaries.map((row) => row[index]));
  return profile('RGB', {
    desc: text(name),
    cprt: text('CC0'),
    wtpt: white,
    rXYZ: column(0),
    gXYZ: column(1),
    bXYZ: column(2),
    rTRC: curve(gamma),
    gTRC: curve(gamma),
    bTRC: curve(gamma),
  });
}

export function grayIcc(): Buffer {
  return profile('GRAY', {
    desc: text('Test gray'),
    cprt: text('CC0'),
    wtpt: white,
    kTRC: curve(grayGamma),
  });
}

/** A profile with the name of an HDR one, or with a cicp tag (ICC.1:2022, 9.2.17). */
export function hdrIcc(mark: { readonly name?: string; readonly transfer?: number }): Buffer {
  const { primaries } = displayP3;
  const column = (index: 0 | 1 | 2) => xyz(...primaries.map((row) => row[index]));
  return profile('RGB', {
    desc: text(mark.name ?? 'Test HDR'),
    cprt: text('CC0'),
    wtpt: white,
    rXYZ: column(0),
    gXYZ: column(1),
    bXYZ: column(2),
    rTRC: curve(undefined),
    gTRC: curve(undefined),
    bTRC: curve(undefined),
    ...(mark.transfer === undefined ? {} : { cicp: typed('cicp', Buffer.from([9, mark.transfer, 0, 1])) }),
  });
}
