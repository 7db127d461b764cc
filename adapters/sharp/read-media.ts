import { fileTypeFromBuffer } from 'file-type';
import sharp from 'sharp';
import type { MediaFacts } from '../../domain/asset/asset.ts';
import { Failure } from '../../domain/failure.ts';
import { type AcceptedType, acceptedInWords, acceptedTypes } from '../../domain/upload/accepted-types.ts';
import { checkBytes, declaredKind, fitsDeclared } from '../../domain/upload/declared-type.ts';
import { mostBytes, mostPixels } from '../../domain/upload/limits.ts';

// A function works on one file at a time; a cache would only hold its pixels.
sharp.cache(false);

/** Bytes from the start of a file that tell its type. */
export const headBytes = 65_536;

/** Seconds. A decode that takes longer is refused; 268 megapixels of JPEG take about 3. */
const decodeSeconds = 60;

/** Pixels a side of what the decode check makes; small, but every line of the source is needed for it. */
const checkPixels = 64;

export interface MediaFile {
  readonly fileName: string;
  /** MIME type that the uploader named. */
  readonly declaredType: string;
  readonly bytes: number;
  /** The first `headBytes` bytes, or all if there are fewer. */
  readonly head: Uint8Array;
  /** Called for images only, and never for more bytes than an image may have. */
  readonly readAll: () => Promise<Uint8Array>;
}

export interface Media {
  readonly facts: MediaFacts;
  /** What its owner may want to know though the file is taken. */
  readonly warnings: readonly string[];
}

/**
 * Tells from the bytes what a file is, whether it is whole, and its facts. The name is never believed: another
 * accepted type than the extension says is a warning, another kind than was declared is an error.
 *
 * Every image is decoded to its last line, scaled down as it is read: a header alone shows neither truncation nor
 * damage, which would else come to light at the first visitor. That costs no more than one transform would.
 * @throws Failure `upload.file-refused` with what is wrong
 */
export async function readMedia(file: MediaFile): Promise<Media> {
  if (file.bytes === 0) throw refused('The file is empty');
  const found = await tellType(file);
  const accepted = acceptedTypes[found.mimeType];
  if (!accepted) throw refused(`The file is ${found.label}. Taken are ${acceptedInWords}`);
  if (!fitsDeclared(declaredKind(file.declaredType), accepted.type)) {
    throw refused(`The file was declared as ${file.declaredType}, but is ${accepted.label}`);
  }
  checkBytes(accepted.type, file.bytes);

  const base = { type: accepted.type, mimeType: found.mimeType, bytes: file.bytes };
  const image = accepted.type === 'image' ? await readImage(await file.readAll(), accepted) : undefined;
  return {
    facts: { ...base, ...image?.facts },
    warnings: [...extensionWarning(file.fileName, accepted), ...(image?.warnings ?? [])],
  };
}

async function readImage(
  bytes: Uint8Array,
  accepted: AcceptedType,
): Promise<{ facts: Partial<MediaFacts>; warnings: string[] }> {
  const options = { limitInputPixels: false, failOn: 'error', sequentialRead: true } as const;
  const metadata = await sharp(bytes, options)
    .metadata()
    .catch((cause: unknown) => {
      throw undecodable(accepted, cause);
    });
  // Two ways to tell a type must agree before a pixel is decoded: no other decoder is ever let near the bytes.
  if (metadata.format !== accepted.decoder) {
    throw refused(`The file begins as ${accepted.label}, but goes on as something else`);
  }
  const { width, height } = metadata.autoOrient;
  const pixels = width * height;
  if (pixels > mostPixels) {
    throw refused(`The image has ${width} × ${height} = ${pixels} pixels; at most ${mostPixels} are taken`);
  }
  await sharp(bytes, { ...options, limitInputPixels: mostPixels })
    .resize({ width: checkPixels, height: checkPixels, fit: 'fill', fastShrinkOnLoad: true })
    .timeout({ seconds: decodeSeconds })
    .raw()
    .toBuffer()
    .catch((cause: unknown) => {
      throw undecodable(accepted, cause);
    });

  const pages = metadata.pages ?? 1;
  const animatedGif = metadata.format === 'gif' && pages > 1;
  return {
    facts: {
      type: animatedGif ? 'animated-gif' : 'image',
      width,
      height,
      colourSpace: metadata.space,
      hasAlpha: metadata.hasAlpha,
      ...(metadata.orientation === undefined ? {} : { orientation: metadata.orientation }),
    },
    warnings: pages > 1 && !animatedGif ? [`It has ${pages} pages or frames; images show the first one`] : [],
  };
}

async function tellType(file: MediaFile): Promise<{ mimeType: string; label: string }> {
  const found =
    (await fileTypeFromBuffer(file.head)) ??
    // A TIFF's directory, which tells it from the camera raw formats, often stands at its end.
    (isTiff(file.head) && file.bytes <= mostBytes.image
      ? await fileTypeFromBuffer(await file.readAll())
      : undefined);
  if (found) return { mimeType: found.mime, label: `of type ${found.mime}` };
  const text = new TextDecoder('latin1').decode(file.head.subarray(0, 1_024)).replace(/^(?:ï»¿)?\s*/, '');
  if (/^<(?:!doctype html|html|head|body|script|!--)/i.test(text))
    return { mimeType: 'text/html', label: 'an HTML page' };
  if (/^<(?:\?xml|svg)/i.test(text)) return { mimeType: 'application/xml', label: 'SVG or XML' };
  return { mimeType: 'application/octet-stream', label: 'of no type that is known' };
}

function isTiff(head: Uint8Array): boolean {
  const magic = Buffer.from(head.subarray(0, 4)).toString('latin1');
  return ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(magic);
}

function extensionWarning(fileName: string, accepted: AcceptedType): string[] {
  const extension = /\.([^.]+)$/.exec(fileName)?.[1]?.toLowerCase();
  if (extension === undefined || accepted.extensions.includes(extension)) return [];
  return [`It is ${accepted.label}, though its name ends in .${extension}`];
}

function undecodable(accepted: AcceptedType, cause: unknown): Failure {
  const reason = cause instanceof Error ? cause.message.split('\n')[0] : '';
  return new Failure(
    'upload.file-refused',
    `The file begins as ${accepted.label} but is damaged or cut off (${reason})`,
    {
      cause,
    },
  );
}

function refused(message: string): Failure {
  return new Failure('upload.file-refused', message);
}
