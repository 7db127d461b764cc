/**
 * Pictures that are like photos for encoders: a scene with edges and gradients, texture at all scales with less contrast at
 * finer ones, smooth parts, and the noise of a sensor. The same seed makes the same picture on every machine.
 */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { drawScene } from '../../samples/scene.ts';
import { seededRandom } from '../support/statistics.ts';
import { type Photo, photos } from './comparison.ts';

/** Contrast of the texture at each scale, from the finest on: that of a scale is about the root of its wavelength. */
const octaves = [
  { divisor: 2, contrast: 7 },
  { divisor: 4, contrast: 9 },
  { divisor: 8, contrast: 12 },
  { divisor: 16, contrast: 14 },
  { divisor: 64, contrast: 20 },
] as const;

/** Standard deviation of the sensor's noise, of 255. */
const sensorNoise = 1.6;

/** Writes all pictures into a folder. @returns the path of each */
export async function drawPhotos(folder: string): Promise<Record<keyof typeof photos, string>> {
  await mkdir(folder, { recursive: true });
  const paths: Partial<Record<keyof typeof photos, string>> = {};
  for (const [name, photo] of Object.entries(photos) as [keyof typeof photos, Photo][]) {
    const path = join(folder, photo.name);
    if (!existsSync(path)) await writeFile(path, await fileOf(photo));
    paths[name] = path;
  }
  return paths as Record<keyof typeof photos, string>;
}

async function fileOf(photo: Photo): Promise<Buffer> {
  let image = await photoPixels(photo);
  const { quality, format } = photo;
  if (photo.alpha)
    image = image.joinChannel(await silhouette(photo), { raw: { ...sizeOf(photo), channels: 1 } });
  if (photo.profile) image = image.withIccProfile(photo.profile);
  if (photo.profile === 'cmyk') image = image.toColourspace('cmyk');
  if (photo.orientation !== undefined) image = image.withMetadata({ orientation: photo.orientation });
  if (format === 'png') return image.png({ compressionLevel: 6 }).toBuffer();
  return format === 'webp' ? image.webp({ quality }).toBuffer() : image.jpeg({ quality }).toBuffer();
}

const sizeOf = ({ width, height }: Photo) => ({ width, height });

/** The drawing of a photo, without its file format: red, green and blue. */
export async function photoPixels(photo: Photo): Promise<Sharp> {
  const { width, height, seed } = photo;
  const random = seededRandom(seed);
  const scene = await sharp(Buffer.from(drawScene({ title: '', seed, width, height })))
    .removeAlpha()
    // Colours of drawings are stronger than those of photos.
    .modulate({ saturation: 0.5 })
    .raw()
    .toBuffer();
  const texture = new Int16Array(width * height);
  for (const { divisor, contrast } of octaves) {
    const layer = await noiseLayer(photo, divisor, random);
    for (let pixel = 0; pixel < texture.length; pixel += 1) {
      texture[pixel] = (texture[pixel] as number) + (((layer[pixel] as number) - 128) * contrast) / 64;
    }
  }
  // Parts in focus and parts out of focus.
  const sharpness = await noiseLayer(photo, Math.round(width / 6), random);
  let state = seed + 1;
  for (let pixel = 0; pixel < texture.length; pixel += 1) {
    const strength = Math.max(0, ((sharpness[pixel] as number) - 90) / 100);
    const shade = (texture[pixel] as number) * strength;
    for (let channel = 0; channel < 3; channel += 1) {
      // xorshift: a call for each of 72 million values would take minutes.
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      // Three bytes make a curve that is close enough to a Gaussian one. Its standard deviation is 128.
      const noise = (state & 255) + ((state >>> 8) & 255) + ((state >>> 16) & 255) - 382;
      const index = pixel * 3 + channel;
      const value = (scene[index] as number) + shade * (1 - channel * 0.12) + (noise * sensorNoise) / 128;
      scene[index] = Math.min(255, Math.max(0, value));
    }
  }
  return sharp(scene, { raw: { width, height, channels: 3 }, limitInputPixels: false });
}

/** Noise of one wavelength, in one channel. @param divisor pixels of a grain */
async function noiseLayer({ width, height }: Photo, divisor: number, random: () => number): Promise<Buffer> {
  const grains = { width: Math.ceil(width / divisor) + 2, height: Math.ceil(height / divisor) + 2 };
  const values = Buffer.alloc(grains.width * grains.height);
  for (let index = 0; index < values.length; index += 1) values[index] = random() * 256;
  return sharp(values, { raw: { ...grains, channels: 1 } })
    .resize({ width, height, fit: 'fill', kernel: 'cubic' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
}

/** An opaque shape with soft edges on a transparent ground. */
async function silhouette(photo: Photo): Promise<Buffer> {
  const { width, height } = photo;
  const shape = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><filter id="s"><feGaussianBlur stdDeviation="4"/></filter></defs><rect width="100%" height="100%" fill="#000"/><ellipse cx="50%" cy="52%" rx="38%" ry="42%" fill="#fff" filter="url(#s)"/></svg>`;
  return sharp(Buffer.from(shape)).removeAlpha().toColourspace('b-w').raw().toBuffer();
}
