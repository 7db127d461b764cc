import type { Metadata, Sharp } from 'sharp';
import { iccColourSpace } from '../media/icc-header.ts';
import type { SourceImage } from '../media/source-image.ts';

/**
 * A conversion to sRGB that has to be asked for. sharp converts images of 8 bits with an ICC profile by itself, but it
 * converts RGB of 16 bits to Display P3, leaves gray of 16 bits as it is, and knows no colours outside a profile. CMYK and
 * RGB of 16 bits take long to convert, so they are scaled first.
 */
export type SrgbStep =
  | { readonly kind: 'profile' }
  | { readonly kind: 'gray-profile' }
  | { readonly kind: 'cmyk'; readonly shrinksOnLoad: boolean }
  | { readonly kind: 'display-p3' }
  | { readonly kind: 'limited-gray'; readonly factor: number; readonly offset: number };

/** @param metadata of the same image. @returns undefined if sharp converts it by itself, or nothing has to be converted */
export function srgbStep(
  { numbers }: Pick<SourceImage, 'numbers'>,
  metadata: Pick<Metadata, 'format' | 'space' | 'icc' | 'bitsPerSample'>,
): SrgbStep | undefined {
  if (numbers === 'limited-gray') return limitedGray(metadata.bitsPerSample ?? 8);
  if (metadata.space === 'cmyk') return { kind: 'cmyk', shrinksOnLoad: metadata.format === 'jpeg' };
  if (metadata.icc) {
    const space = iccColourSpace(metadata.icc);
    // A profile of another kind than the pixels cannot be used.
    if (metadata.space === 'rgb16' && space === 'RGB') return { kind: 'profile' };
    if (metadata.space === 'grey16' && space === 'GRAY') return { kind: 'gray-profile' };
    return undefined;
  }
  return numbers === 'display-p3' ? { kind: 'display-p3' } : undefined;
}

/** From 16–235, in the unit of the decoded image: samples of more than 8 bits are decoded to 16 bits. */
function limitedGray(bits: number): SrgbStep {
  const scale = bits === 8 ? 1 : 256;
  const factor = (bits === 8 ? 255 : 65_535) / (219 * scale);
  return { kind: 'limited-gray', factor, offset: -16 * scale * factor };
}

/** Adds a step that is done while the image is opened. */
export function opened(image: Sharp, step: SrgbStep | undefined): Sharp {
  return step?.kind === 'gray-profile' ? image.pipelineColourspace('b-w') : image;
}

/**
 * A pipeline that scales in the image's own colours and keeps its profile.
 * @param scale result ÷ source
 * @returns undefined if the image is converted while it is scaled: by itself, or because a JPEG is then read smaller, which
 * sharp does not do in its own colours
 */
export function inOwnColours(image: Sharp, step: SrgbStep | undefined, scale: number): Sharp | undefined {
  if (step?.kind === 'profile') return uncompressed(image.keepIccProfile().toColourspace('rgb16'));
  if (step?.kind !== 'cmyk' || (step.shrinksOnLoad && scale <= 1 / 2)) return undefined;
  return uncompressed(image.pipelineColourspace('cmyk').toColourspace('cmyk').keepIccProfile());
}

function uncompressed(image: Sharp): Sharp {
  return image.tiff({ compression: 'none', predictor: 'none' });
}

/**
 * Adds a step at the end of a pipeline. Its result is raw sRGB with 16 bits, or with 8 for gray.
 * @returns undefined if the pipeline needs no such step
 */
export function convertedPixels(image: Sharp, step: SrgbStep | undefined): Sharp | undefined {
  // sharp takes 16-bit numbers without a profile for Display P3: the conversion from there to sRGB is its last step.
  const fromP3 = (pipeline: Sharp) =>
    pipeline.toColourspace('rgb16').withIccProfile('srgb', { attach: false }).raw({ depth: 'ushort' });
  switch (step?.kind) {
    case 'profile':
      return fromP3(image);
    case 'display-p3':
      return fromP3(image.pipelineColourspace('rgb16'));
    case 'limited-gray':
      return image.linear(step.factor, step.offset).toColourspace('srgb').raw();
    default:
      return undefined;
  }
}
