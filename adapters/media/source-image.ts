/**
 * Prepares the bytes of a stored image for the image library, at ingest and for every transform. The library refuses some
 * sound files, and it ignores colours that are described outside an ICC profile.
 */

import { type HeifHeader, readHeifHeader } from './heif-header.ts';
import { hdrTransfers } from './icc-header.ts';
import { readJpegStructure } from './jpeg-structure.ts';
import { pngCicp } from './png-chunks.ts';

/** What the numbers of an image mean that has no ICC profile. */
export type Numbers =
  /** Display P3: its primaries with the curve of sRGB. */
  | 'display-p3'
  /** Gray from 16 to 235 of 255, or the same share of a greater depth. */
  | 'limited-gray'
  /** sRGB, or as its ICC profile says. */
  | 'standard';

export interface SourceImage {
  /** What the image library decodes. */
  readonly bytes: Uint8Array;
  readonly numbers: Numbers;
  /** Colours that are shown as if they were sRGB, unless there is an ICC profile: `PQ`, `HLG`, `BT.2020`. */
  readonly unconverted?: string;
  /** Whether it has an HDR gain map. Its standard picture is shown. */
  readonly gainMap: boolean;
  /** Whether its bytes lack the end marker of a JPEG. */
  readonly isWithoutEnd: boolean;
  /** Whether it is a sequence of images, of which the still picture is shown. */
  readonly isSequence: boolean;
  /** Whether there is a still picture. */
  readonly hasStill: boolean;
}

/** Code points of Rec. ITU-T H.273. */
const displayP3 = 12;
const unspecified = 2;
const wideGamuts: Readonly<Record<number, string>> = { 9: 'BT.2020', 11: 'DCI-P3' };

const endOfJpeg = Buffer.from([0xff, 0xd9]);

/** Never throws: bytes that cannot be read are left to the image library. */
export function sourceImage(bytes: Uint8Array): SourceImage {
  const plain = {
    bytes,
    numbers: 'standard',
    gainMap: false,
    isWithoutEnd: false,
    isSequence: false,
    hasStill: true,
  } as const;
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return { ...plain, ...jpegSource(bytes) };
  if (bytes[0] === 0x89 && bytes[1] === 0x50) {
    const cicp = pngCicp(bytes);
    return { ...plain, ...(cicp ? numbersOf(cicp) : {}) };
  }
  const heif = readHeifHeader(bytes);
  return heif ? { ...plain, ...heifSource(bytes, heif) } : plain;
}

function jpegSource(bytes: Uint8Array): Partial<SourceImage> {
  // Reading the markers takes longer than this test, which suits nearly all files.
  const isComplete = bytes.at(-2) === endOfJpeg[0] && bytes.at(-1) === endOfJpeg[1];
  if (isComplete || readJpegStructure(bytes).hasEnd) return {};
  // A single 0xff at the end is the first half of the marker.
  const kept = bytes.at(-1) === endOfJpeg[0] ? bytes.subarray(0, -1) : bytes;
  return { bytes: Buffer.concat([kept, endOfJpeg]), isWithoutEnd: true };
}

function heifSource(bytes: Uint8Array, heif: HeifHeader): Partial<SourceImage> {
  const { nclx } = heif;
  const isLimitedGray = heif.isMonochrome && nclx !== undefined && !nclx.isFullRange;
  const colours = nclx ? numbersOf(nclx) : {};
  return {
    ...colours,
    // Gray has no primaries.
    ...(isLimitedGray ? { numbers: 'limited-gray' } : {}),
    gainMap: heif.hasGainMap,
    isSequence: heif.hasTrack,
    hasStill: heif.hasPrimaryImage,
    ...(heif.majorBrand === 'avis' && heif.hasPrimaryImage ? { bytes: asStillImage(bytes) } : {}),
  };
}

/** The image library finds the still picture of a sequence only if the file is called an image. */
function asStillImage(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.from(bytes);
  copy.write('avif', 8, 'latin1');
  return copy;
}

function numbersOf({
  primaries,
  transfer,
  matrix = unspecified,
}: {
  readonly primaries: number;
  readonly transfer: number;
  readonly matrix?: number;
}): Pick<SourceImage, 'numbers' | 'unconverted'> {
  // Some encoders name only the matrix of BT.2020.
  const isWide = primaries === unspecified && (matrix === 9 || matrix === 10);
  const unconverted = hdrTransfers[transfer] ?? wideGamuts[isWide ? 9 : primaries];
  if (unconverted !== undefined) return { numbers: 'standard', unconverted };
  return { numbers: primaries === displayP3 ? 'display-p3' : 'standard' };
}
