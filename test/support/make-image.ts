import { transformImage } from '../../adapters/sharp/transform-image.ts';

/** The bytes that the image server makes. */
export async function makeImage(...work: Parameters<typeof transformImage>): Promise<Uint8Array> {
  return (await transformImage(...work)).body;
}
