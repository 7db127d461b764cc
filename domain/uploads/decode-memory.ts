/** How an image is stored, from its header. */
export interface StoredImage {
  /** The image library's name: `jpeg`, `png`, `webp`, `heif`, `gif`, `tiff`. */
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Bits of a sample. */
  readonly bits: number;
  /** Progressive or interlaced: each line is stored in several passes. */
  readonly isProgressive: boolean;
}

/**
 * Bytes of memory to decode an image. Most formats are decoded line by line and need almost none. The formats below need
 * memory for the whole image, even if the result is small. Measured with libvips 8.18 on images of 64 to 256 megapixels,
 * in bytes per pixel: progressive JPEG 3 (4:2:0) and 8 (CMYK), interlaced PNG 3 and 8 (16 bits with alpha), GIF 5,
 * AVIF 19.
 */
export function decodeMemory({ format, width, height, channels, bits, isProgressive }: StoredImage): number {
  const pixels = width * height;
  switch (format) {
    case 'jpeg':
      // All coefficients are in memory, two bytes each.
      return isProgressive ? pixels * channels * 2 : 0;
    case 'png':
      return isProgressive ? pixels * channels * Math.ceil(bits / 8) : 0;
    case 'webp':
      return pixels * 4;
    case 'gif':
      return pixels * 5;
    case 'heif':
      return pixels * 20;
    default:
      return 0;
  }
}
