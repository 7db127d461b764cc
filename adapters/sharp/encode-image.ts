import type { Sharp } from 'sharp';
import type { ImageCommand } from '../../domain/delivery/read-image-query.ts';
import { encoderEffort } from './encoder-effort.ts';

/** mozjpeg's table 2: files of 0.93 of the bytes at the same likeness (ssimulacra2), in the same time. */
const jpegTable = 2;

/**
 * Up to this size a JPEG is written with trellis quantisation: 0.88 of the bytes instead of 0.93. It takes 75 ms a megapixel, which
 * is little beside reading a master only where the result is small.
 */
const maxTrellisPixels = 240_000;

/**
 * Up to this size a JPEG gets Huffman codes of its own, for which all its coefficients are kept and read twice. Without them a
 * result of 12 megapixels is made in 0.63 of the time, for a file of 1.05 of the bytes.
 */
const maxOwnCodesPixels = 1_000_000;

/** AVIF with less effort and fewer samples of colour looks as that of sharp's defaults does at a quality that is lower by this. */
const avifOffset = 2;

/** Bytes: a JPEG stores the XMP of an image in one segment of 64 kB. */
const maxXmpBytes = 60_000;

/** Adds the encoder of a command, and what it embeds. @param pixels of the result. @param xmp of the source */
export function encode(
  image: Sharp,
  command: Pick<ImageCommand, 'fmt' | 'qlt' | 'quantize' | 'iccEmbed' | 'xmpEmbed'>,
  pixels: number,
  xmp?: Uint8Array,
): Sharp {
  const { pixelType } = command.fmt;
  let made = encodePixels(image, command, pixels);
  if (command.iccEmbed && pixelType !== 'gray')
    made = made.withIccProfile(pixelType === 'cmyk' ? 'cmyk' : 'srgb');
  if (command.xmpEmbed && xmp && xmp.length <= maxXmpBytes) made = made.withXmp(Buffer.from(xmp).toString());
  return made;
}

function encodePixels(
  image: Sharp,
  { fmt, qlt, quantize }: Pick<ImageCommand, 'fmt' | 'qlt' | 'quantize'>,
  pixels: number,
): Sharp {
  const { quality } = qlt;
  const lossless = fmt.compression === 'lossless';
  const effort = encoderEffort(fmt, pixels);
  const palette = { colours: quantize?.colours ?? 256, dither: quantize?.dither === 'off' ? 0 : 1 };
  switch (fmt.format) {
    case 'jpeg':
    case 'pjpeg':
      return image.jpeg({
        quality,
        progressive: fmt.format === 'pjpeg',
        chromaSubsampling: qlt.fullChroma ? '4:4:4' : '4:2:0',
        quantisationTable: jpegTable,
        trellisQuantisation: pixels <= maxTrellisPixels,
        optimiseCoding: pixels <= maxOwnCodesPixels,
      });
    case 'png':
    case 'png-alpha':
      return image.png({ compressionLevel: 6 });
    case 'png8':
    case 'png8-alpha':
      return image.png({ palette: true, ...palette, effort });
    case 'webp':
    case 'webp-alpha':
      return image.webp({ quality, lossless, effort });
    case 'avif':
    case 'avif-alpha':
      return image.avif({
        quality: Math.min(100, quality + avifOffset),
        lossless,
        effort,
        chromaSubsampling: '4:2:0',
      });
    case 'gif':
    case 'gif-alpha':
      return image.gif({ ...palette, effort });
    case 'tif':
    case 'tif-alpha':
      return image.tiff({
        quality,
        compression: fmt.compression === 'zip' ? 'deflate' : (fmt.compression as 'none' | 'lzw' | 'jpeg'),
        predictor: 'horizontal',
      });
  }
}
