/** Images that the image server cannot decode: they are decoded once, at ingest, and a rendition of them is delivered. */
import sharp, { type Sharp } from 'sharp';
import { type AcceptedType, acceptedTypes } from '../../domain/uploads/accepted-types.ts';
import { decodedAtIngest, maxJpegSide } from '../../domain/uploads/limits.ts';
import { refusedFile } from '../../domain/uploads/refused-file.ts';
import { decodeHeic } from '../heif/decode-heic.ts';
import { readBmpHeader, readBmpPixels } from '../media/bmp-image.ts';
import { colourWarnings } from '../media/colour-warnings.ts';
import { readHeifHeader } from '../media/heif-header.ts';
import { withJpegProfile } from '../media/jpeg-profile.ts';
import type { MediaContent, ReadImage } from '../media/read-media.ts';
import { sourceImage } from '../media/source-image.ts';

/** Of the JPEG that a HEIC becomes: no visible loss, at about twice the bytes of the HEIC. */
const jpegQuality = 92;

/**
 * Decodes a BMP or HEIC image and makes its rendition: JPEG for HEIC without alpha, otherwise PNG.
 * @param readStored reads the rendition as an uploaded image: its look, and the reduction of a large one
 * @throws Failure `upload.file-refused` for an image that is damaged, or larger than `decodedAtIngest`
 */
export async function readRendition(
  bytes: Uint8Array,
  accepted: AcceptedType,
  readStored: ReadImage,
): Promise<MediaContent> {
  return accepted.decoder === 'bmp' ? readBmp(bytes, readStored) : readHeic(bytes, accepted, readStored);
}

async function readBmp(bytes: Uint8Array, readStored: ReadImage): Promise<MediaContent> {
  const header = readBmpHeader(bytes);
  checkPixels(header.width * header.height);
  const { data, ...raw } = readBmpPixels(bytes, header);
  const rendition = await sharp(data, { raw, limitInputPixels: decodedAtIngest.pixels }).png().toBuffer();
  return contentOf(bytes, 'image/bmp', rendition, 'image/png', readStored);
}

async function readHeic(
  bytes: Uint8Array,
  accepted: AcceptedType,
  readStored: ReadImage,
): Promise<MediaContent> {
  const source = sourceImage(bytes);
  const header = readHeifHeader(bytes);
  if (!source.hasStill)
    throw refusedFile('The file is a HEIC sequence without a still picture. Send its first frame');
  if (header?.size) checkPixels(header.size.width * header.size.height);
  const decoded = await decodeHeic(bytes, decodedAtIngest);
  if ('error' in decoded) {
    if (decoded.pixels !== undefined) checkPixels(decoded.pixels);
    throw refusedFile(
      `The file begins as ${accepted.label} but is damaged or cut off (${decoded.error.trim()})`,
    );
  }
  const { width, height, hasAlpha, data } = decoded;
  const raw = { width, height, channels: 4 } as const;
  let image: Sharp = sharp(data, { raw, limitInputPixels: decodedAtIngest.pixels });
  if (!header?.icc && source.numbers === 'display-p3') {
    image = image.pipelineColourspace('rgb16').withIccProfile('srgb', { attach: false });
  }
  const isPng = hasAlpha || Math.max(width, height) > maxJpegSide;
  const shown = hasAlpha ? image : image.removeAlpha();
  const rendition = isPng
    ? await shown.png().toBuffer()
    : await shown.jpeg({ quality: jpegQuality, chromaSubsampling: '4:4:4' }).toBuffer();
  const profiled = header?.icc && !isPng ? withJpegProfile(rendition, header.icc) : rendition;
  const content = await contentOf(
    bytes,
    'image/heic',
    profiled,
    isPng ? 'image/png' : 'image/jpeg',
    readStored,
  );
  return {
    ...content,
    warnings: [
      ...(source.isSequence ? ['It is an image sequence; only its still picture is shown'] : []),
      ...colourWarnings(source, { profile: header?.icc, gainMap: source.gainMap }),
    ],
  };
}

async function contentOf(
  original: Uint8Array,
  originalType: string,
  rendition: Uint8Array,
  mimeType: 'image/jpeg' | 'image/png',
  readStored: ReadImage,
): Promise<MediaContent> {
  const accepted = acceptedTypes[mimeType];
  if (!accepted) throw new Error(`${mimeType} is no accepted type`);
  const content = await readStored(rendition, accepted);
  return {
    ...content,
    facts: {
      ...content.facts,
      mimeType,
      bytes: rendition.length,
      originalType,
      originalBytes: original.length,
    },
    rendition,
  };
}

function checkPixels(pixels: number): void {
  if (pixels <= decodedAtIngest.pixels) return;
  throw refusedFile(
    `The image has ${pixels} pixels; at most ${decodedAtIngest.pixels} are decoded of this format. Save it as JPEG, PNG or TIFF`,
  );
}
