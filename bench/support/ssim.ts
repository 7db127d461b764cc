/** Structural similarity of pictures (Wang et al., 2004): the mean over red, green and blue, 1 for equal pictures. */
import sharp from 'sharp';

/** Pixels with 8 bits a channel, red, green and blue. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Standard deviation of the window, and its reach, in pixels: those of the paper. */
const sigma = 1.5;
const reach = 5;

/** Constants of the paper for 8 bits. */
const c1 = (0.01 * 255) ** 2;
const c2 = (0.03 * 255) ** 2;

/** The pixels of an image file, on white where it is transparent. */
export async function pixelsOf(file: Uint8Array | string): Promise<Pixels> {
  const { data, info } = await sharp(file)
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return rgbOnly({ width: info.width, height: info.height, data }, info.channels);
}

function rgbOnly(pixels: Pixels, channels: number): Pixels {
  if (channels === 3) return pixels;
  const count = pixels.width * pixels.height;
  const data = new Uint8Array(count * 3);
  for (let pixel = 0; pixel < count; pixel += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      data[pixel * 3 + channel] = pixels.data[pixel * channels + (channels < 3 ? 0 : channel)] as number;
    }
  }
  return { ...pixels, data };
}

/** @throws Error if the sizes differ */
export function ssim(one: Pixels, other: Pixels): number {
  if (one.width !== other.width || one.height !== other.height) {
    throw new Error(
      `Pictures of ${one.width} × ${one.height} and ${other.width} × ${other.height} pixels cannot be compared`,
    );
  }
  const size = { width: one.width, height: one.height };
  let sum = 0;
  for (let channel = 0; channel < 3; channel += 1) {
    sum += channelSsim(channelOf(one, channel), channelOf(other, channel), size);
  }
  return sum / 3;
}

function channelOf({ data }: Pixels, channel: number): Float32Array {
  const values = new Float32Array(data.length / 3);
  for (let pixel = 0; pixel < values.length; pixel += 1) values[pixel] = data[pixel * 3 + channel] as number;
  return values;
}

type Size = Pick<Pixels, 'width' | 'height'>;

function channelSsim(one: Float32Array, other: Float32Array, size: Size): number {
  const product = (a: Float32Array, b: Float32Array) => a.map((value, index) => value * (b[index] as number));
  const meanOne = smooth(one, size);
  const meanOther = smooth(other, size);
  const squareOne = smooth(product(one, one), size);
  const squareOther = smooth(product(other, other), size);
  const cross = smooth(product(one, other), size);
  let sum = 0;
  for (let index = 0; index < one.length; index += 1) {
    const a = meanOne[index] as number;
    const b = meanOther[index] as number;
    const varianceA = (squareOne[index] as number) - a * a;
    const varianceB = (squareOther[index] as number) - b * b;
    const covariance = (cross[index] as number) - a * b;
    sum += ((2 * a * b + c1) * (2 * covariance + c2)) / ((a * a + b * b + c1) * (varianceA + varianceB + c2));
  }
  return sum / one.length;
}

const weights = Array.from({ length: 2 * reach + 1 }, (_, at) =>
  Math.exp(-((at - reach) ** 2) / (2 * sigma ** 2)),
);
const total = weights.reduce((sum, weight) => sum + weight, 0);
const kernel = weights.map((weight) => weight / total);

/** A Gaussian filter in both directions. The outermost pixels are repeated beyond the edges. */
function smooth(values: Float32Array, { width, height }: Size): Float32Array {
  const across = new Float32Array(values.length);
  for (let y = 0; y < height; y += 1) {
    const row = y * width;
    for (let x = 0; x < width; x += 1) {
      let sum = 0;
      for (let at = -reach; at <= reach; at += 1) {
        const from = Math.min(width - 1, Math.max(0, x + at));
        sum += (values[row + from] as number) * (kernel[at + reach] as number);
      }
      across[row + x] = sum;
    }
  }
  const result = new Float32Array(values.length);
  for (let y = 0; y < height; y += 1) {
    for (let at = -reach; at <= reach; at += 1) {
      const from = Math.min(height - 1, Math.max(0, y + at)) * width;
      const weight = kernel[at + reach] as number;
      for (let x = 0; x < width; x += 1) {
        result[y * width + x] = (result[y * width + x] as number) + (across[from + x] as number) * weight;
      }
    }
  }
  return result;
}
