import type { Sharp } from 'sharp';
import type { Box, Source } from '../../domain/delivery/plan-image.ts';
import type { Size } from '../../domain/delivery/plan-size.ts';
import type { Colour } from '../../domain/delivery/read-image-query.ts';
import { decodeMilliseconds } from '../../domain/uploads/decode-cost.ts';
import { maxPixels } from '../../domain/uploads/limits.ts';
import { sourceImage } from '../media/source-image.ts';
import { isSrgbProfile } from '../media/srgb-profile.ts';
import { loadSharp } from './load-sharp.ts';
import { opened, type SrgbStep, srgbStep } from './to-srgb.ts';
import { undecodable } from './within-time.ts';

/** An image whose header has been read. */
export type OpenImage = OpenFacts &
  (
    | { readonly image: Sharp; readonly solid?: never; readonly svg?: never }
    /** One colour: its pixels are made when they are drawn. */
    | { readonly solid: Colour; readonly image?: never; readonly svg?: never }
    /** Outlines, drawn in the size that is needed: a part of them in a size. */
    | { readonly svg: (part: Box, size: Size) => string; readonly image?: never; readonly solid?: never }
  );

interface OpenFacts {
  /** With its orientation applied. */
  readonly upright: Source;
  readonly hasAlpha: boolean;
  readonly step?: SrgbStep | undefined;
  /** Its stored pixels are not upright. */
  readonly isTurned?: boolean;
  /** Its XMP metadata. */
  readonly xmp?: Uint8Array | undefined;
  /** Milliseconds to decode and scale it, by estimate. */
  readonly decodeMilliseconds?: number;
}

/** @throws Failure `image.undecodable` */
export async function open(source: Uint8Array): Promise<OpenImage> {
  const sharp = await loadSharp();
  try {
    const prepared = sourceImage(source);
    const options = { limitInputPixels: maxPixels, failOn: 'error', sequentialRead: true } as const;
    const found = sharp(prepared.bytes, options);
    const metadata = await found.metadata();
    // A conversion from sRGB to sRGB would take half of the time of a small result.
    const isSrgb = metadata.space === 'srgb' && metadata.icc && isSrgbProfile(metadata.icc);
    const image = isSrgb ? sharp(prepared.bytes, { ...options, ignoreIcc: true }) : found;
    const step = srgbStep(prepared, metadata);
    const upright = { ...metadata.autoOrient, resolution: metadata.density };
    return {
      image: opened(image, step),
      upright,
      hasAlpha: metadata.hasAlpha,
      step,
      isTurned: (metadata.orientation ?? 1) > 1,
      xmp: metadata.xmp,
      decodeMilliseconds: decodeMilliseconds({
        ...metadata.autoOrient,
        format: metadata.format,
        bytes: source.length,
        channels: metadata.channels,
        bits: metadata.bitsPerSample ?? (metadata.depth === 'uchar' ? 8 : 16),
        isProgressive: metadata.isProgressive,
        space: metadata.space,
        hasProfile: metadata.hasProfile,
      }),
    };
  } catch (cause) {
    throw undecodable(cause);
  }
}
