/** Pictures inside files of drawing programs: a rendition of the picture is delivered, and the file is kept. */
import sharp, { type Sharp } from 'sharp';
import { type AcceptedType, acceptedTypes } from '../../domain/uploads/accepted-types.ts';
import { drawnAtIngest, maxJpegSide } from '../../domain/uploads/limits.ts';
import { readEpsPreview } from '../media/eps-preview.ts';
import type { MediaFile } from '../media/media-file.ts';
import { type NoPicture, readPsd } from '../media/psd-image.ts';
import type { MediaContent } from '../media/read-media.ts';
import { unsupportedTiff } from '../media/tiff-header.ts';
import { drawFirstPage } from '../pdfium/draw-first-page.ts';
import { readImage } from './read-image.ts';

/**
 * No visible loss: as of the rendition of a HEIC. Without the search for the shortest codes, which keeps all coefficients in memory: 100
 * megapixels then take 1 GB less and half the time, and 15% more bytes.
 */
const jpegOptions = { quality: 92, chromaSubsampling: '4:4:4', optimizeCoding: false } as const;

interface Rendition {
  readonly image: Sharp;
  readonly format: 'jpeg' | 'png';
  readonly warnings: readonly string[];
}

/**
 * Makes the rendition of the picture in a Photoshop, Illustrator or EPS file. The rendition has to pass the checks of an uploaded image.
 * @returns facts of an image and its rendition; or `withoutPicture`, why the file is stored as a document
 * @throws Failure `upload.file-refused` for a Photoshop file that is damaged
 */
export async function readPicture(
  file: MediaFile,
  kind: NonNullable<AcceptedType['picture']>,
  options: { readonly autoQuality?: boolean } = {},
): Promise<MediaContent> {
  const found = await readers[kind](file);
  if ('why' in found) return { facts: {}, warnings: [], withoutPicture: found.why };
  const { image, format, warnings } = found;
  const rendition = await encode(image, format);
  if ('why' in rendition) return { facts: {}, warnings: [], withoutPicture: rendition.why };
  const accepted = acceptedTypes[`image/${format}`];
  if (!accepted) throw new Error(`${format} is no accepted type`);
  const content = await readImage(rendition.bytes, accepted, { heic: false, ...options }).catch(
    (cause: unknown) => ({ why: `Its picture cannot be shown. ${(cause as Error).message}` }),
  );
  if ('why' in content) return { facts: {}, warnings: [], withoutPicture: content.why };
  return {
    ...content,
    facts: { ...content.facts, mimeType: `image/${format}`, bytes: rendition.bytes.length },
    warnings: [...warnings, ...content.warnings],
    rendition: rendition.bytes,
  };
}

const readers: Readonly<
  Record<NonNullable<AcceptedType['picture']>, (file: MediaFile) => Promise<Rendition | NoPicture>>
> = { photoshop: fromPhotoshop, eps: fromEps, illustrator: fromIllustrator };

async function fromPhotoshop(file: MediaFile): Promise<Rendition | NoPicture> {
  const picture = await readPsd(file, drawnAtIngest.pixels);
  if ('why' in picture) return picture;
  return {
    image: opened(picture.tiff),
    format: picture.hasAlpha || Math.max(picture.width, picture.height) > maxJpegSide ? 'png' : 'jpeg',
    warnings: picture.warnings,
  };
}

async function fromEps(file: MediaFile): Promise<Rendition | NoPicture> {
  const preview = await readEpsPreview(file);
  if ('why' in preview) return preview;
  const unsupported = preview.format === 'tiff' ? unsupportedTiff(preview.image) : undefined;
  if (unsupported !== undefined) return { why: `Its preview is ${unsupported}` };
  const size = await opened(preview.image)
    .metadata()
    .catch(() => undefined);
  if (size?.format !== preview.format) return { why: 'Its preview is damaged. Save it again' };
  return {
    image: opened(preview.image),
    format: 'png',
    warnings: [
      `Its preview of ${size.width} × ${size.height} pixels is shown. For a larger picture, send PDF or SVG`,
    ],
  };
}

/** On the page that Illustrator writes in place of the drawing. */
const withoutDrawing = /saved without PDF Content/i;

async function fromIllustrator(file: MediaFile): Promise<Rendition | NoPicture> {
  if (file.bytes > drawnAtIngest.fileBytes) {
    return {
      why: `It has ${file.bytes} bytes; Illustrator files are drawn up to ${drawnAtIngest.fileBytes} bytes`,
    };
  }
  const page = await drawFirstPage(await file.readAll(), drawnAtIngest);
  if ('error' in page) return { why: `Its first page cannot be drawn (${page.error})` };
  if (withoutDrawing.test(page.text)) {
    return {
      why: 'It was saved in Illustrator without "Create PDF Compatible File". Switch that on, and save it again',
    };
  }
  const raw = { width: page.width, height: page.height, channels: 4 } as const;
  return {
    image: sharp(page.data, { raw, limitInputPixels: drawnAtIngest.pixels }),
    format: 'png',
    warnings: page.pages > 1 ? [`It has ${page.pages} pages; the first one is shown`] : [],
  };
}

function opened(image: Buffer): Sharp {
  return sharp(image, { failOn: 'error', sequentialRead: true, limitInputPixels: drawnAtIngest.pixels });
}

async function encode(image: Sharp, format: 'jpeg' | 'png'): Promise<{ readonly bytes: Buffer } | NoPicture> {
  const inSrgb = image.timeout({ seconds: drawnAtIngest.seconds }).toColourspace('srgb');
  const encoded = format === 'png' ? inSrgb.png() : inSrgb.jpeg(jpegOptions);
  return encoded.toBuffer().then(
    (bytes) => ({ bytes }),
    (cause: unknown) => ({ why: `Its picture is damaged (${(cause as Error).message.split('\n')[0]})` }),
  );
}
