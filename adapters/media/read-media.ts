import type { MediaFacts } from '../../domain/assets/media-facts.ts';
import { type AcceptedType, acceptedTypes } from '../../domain/uploads/accepted-types.ts';
import { checkActive, checkBytes, declaredKind, fitsDeclared } from '../../domain/uploads/declared-type.ts';
import { extensionOf } from '../../domain/uploads/overwrite.ts';
import { refusedFile } from '../../domain/uploads/refused-file.ts';
import { refusalReason } from '../../domain/uploads/refused-types.ts';
import { checkFont } from './check-font.ts';
import { decodeUnicode, decodeWindows } from './decode-text.ts';
import { type DetectedType, detectType } from './detect-type.ts';
import { readFilmFacts } from './film-facts.ts';
import type { MediaFile } from './media-file.ts';

export type UploadedFacts = MediaFacts<AcceptedType['type']>;

export interface Media {
  readonly facts: UploadedFacts;
  /** Things that its owner should know although the file is accepted. */
  readonly warnings: readonly string[];
  /** The bytes that are delivered in place of the file, of the type that the facts say. */
  readonly rendition?: Uint8Array;
  /** For a large image: a JPEG that small results are made from. */
  readonly reduction?: { readonly divisor: number; readonly bytes: Uint8Array };
  /** For a file of a drawing program: why there is no picture of it, in a sentence without its full stop. */
  readonly withoutPicture?: string;
}

/** Facts of a file that go beyond its detected type, or replace it. */
export interface MediaContent {
  readonly facts: Partial<UploadedFacts>;
  readonly warnings: readonly string[];
  readonly rendition?: Uint8Array;
  readonly reduction?: NonNullable<Media['reduction']>;
  readonly withoutPicture?: string;
}

/**
 * Decodes an image.
 * @param accepted the detected type of the bytes
 * @throws Failure `upload.file-refused`
 */
export type ReadImage = (bytes: Uint8Array, accepted: AcceptedType) => Promise<MediaContent>;

/**
 * Finds the picture in a file of a drawing program.
 * @throws Failure `upload.file-refused`
 */
export type ReadPicture = (
  file: MediaFile,
  kind: NonNullable<AcceptedType['picture']>,
) => Promise<MediaContent>;

/** The decoders of images. */
export interface MediaReaders {
  readonly image: ReadImage;
  readonly picture: ReadPicture;
}

/** Bytes at the end of a PDF that must have its end mark: PDF readers search the last 1,024. */
const pdfTail = 1_024;

/**
 * Detects the type of a file from its bytes, checks that the file is complete, and reads its facts. The name decides only
 * if the bytes do not. An accepted type that does not fit the extension is a warning; a kind that does not fit the
 * declared one is an error.
 *
 * Images are decoded and text is read to its end. Of other files, only as much is read as their type needs.
 * @throws Failure `upload.file-refused` that says what is wrong
 */
export async function readMedia(
  file: MediaFile,
  company: { readonly allowActiveContent: boolean },
  readers: MediaReaders,
): Promise<Media> {
  if (file.bytes === 0) throw refusedFile('The file is empty');
  const detected = await detectType(file, { allowActive: company.allowActiveContent });
  const accepted = acceptedAs(detected.mimeType, file.fileName);
  if (!accepted) throw refusedFile(refusalReason(detected, extensionOf(file.fileName)));
  if (!fitsDeclared(declaredKind(file.declaredType), accepted.type)) {
    throw refusedFile(`The file was declared as ${file.declaredType}, but is ${accepted.label}`);
  }
  checkActive(accepted.type, company);
  checkBytes(accepted.type, file.bytes);

  const { facts, warnings, ...stored } = await readContent(file, detected, accepted, readers);
  return {
    facts: { type: accepted.type, mimeType: detected.mimeType, bytes: file.bytes, ...facts },
    warnings: [...extensionWarning(file.fileName, accepted), ...(detected.warnings ?? []), ...warnings],
    ...stored,
  };
}

/** An Illustrator file is a PDF, to its bytes: the name shows that its owner sent a drawing. */
function acceptedAs(mimeType: string, fileName: string): AcceptedType | undefined {
  const accepted = acceptedTypes[mimeType];
  const isIllustrator = accepted?.type === 'pdf' && extensionOf(fileName) === 'ai';
  return isIllustrator ? { ...accepted, picture: 'illustrator' } : accepted;
}

async function readContent(
  file: MediaFile,
  detected: DetectedType,
  accepted: AcceptedType,
  readers: MediaReaders,
): Promise<MediaContent> {
  if (accepted.picture) return readDrawing(file, detected, accepted, accepted.picture, readers);
  switch (accepted.type) {
    case 'image':
      return readers.image(await file.readAll(), accepted);
    case 'svg':
      return {
        facts: {
          ...(detected.width && detected.height ? { width: detected.width, height: detected.height } : {}),
        },
        warnings: [],
      };
    case 'pdf':
      return { facts: {}, warnings: await pdfWarnings(file) };
    case 'font':
      checkFont(detected.mimeType, file);
      return { facts: {}, warnings: [] };
    case 'video':
    case 'audio':
      return { facts: await readFilmFacts(file), warnings: [] };
    case 'caption':
      // XML names its own encoding, and was already read to its end.
      if (detected.mimeType === 'application/ttml+xml') return { facts: {}, warnings: [] };
      return readText(await file.readAll(), detected.mimeType);
    case 'css':
    case 'text':
    case 'javascript':
    case 'html':
      return readText(await file.readAll(), detected.mimeType);
    default:
      return { facts: {}, warnings: [] };
  }
}

/** A file with a picture becomes an image, of which the picture is delivered. Without one it stays what it is. */
async function readDrawing(
  file: MediaFile,
  detected: DetectedType,
  accepted: AcceptedType,
  kind: NonNullable<AcceptedType['picture']>,
  readers: MediaReaders,
): Promise<MediaContent> {
  const ends = accepted.type === 'pdf' ? await pdfWarnings(file) : [];
  const content = await readers.picture(file, kind);
  const { withoutPicture } = content;
  if (withoutPicture !== undefined) {
    const warning = `It is stored as ${accepted.type === 'pdf' ? 'a PDF' : 'a document'}, without a picture. ${withoutPicture}`;
    return { facts: {}, warnings: [...ends, warning], withoutPicture };
  }
  return {
    ...content,
    facts: { ...content.facts, originalType: detected.mimeType, originalBytes: file.bytes },
    warnings: [...ends, ...content.warnings],
  };
}

/** Formats that are UTF-8 by definition, with their names. */
const inUtf8: Readonly<Record<string, string>> = {
  'text/vtt': 'WebVTT captions',
  'application/json': 'JSON',
};

function takesCharset(mimeType: string): boolean {
  return mimeType.startsWith('text/') || mimeType === 'application/x-subrip';
}

/** Text is delivered with its charset. Without it, browsers would show wrong characters. */
function readText(bytes: Uint8Array, mimeType: string): MediaContent {
  const decoded = decodeUnicode(bytes) ?? decodeWindows(bytes);
  if (!decoded) throw refusedFile('The file begins as text, but contains bytes that are not text');
  const { charset } = decoded;
  const onlyUtf8 = inUtf8[mimeType];
  if (onlyUtf8 !== undefined && charset !== 'utf-8') throw refusedFile(`${onlyUtf8} must be in UTF-8`);
  return {
    facts: { mimeType: takesCharset(mimeType) ? `${mimeType}; charset=${charset}` : mimeType },
    warnings: charset === 'windows-1252' ? ['It is not in UTF-8; it is delivered as Windows-1252'] : [],
  };
}

async function pdfWarnings(file: MediaFile): Promise<string[]> {
  const first = Math.max(0, file.bytes - pdfTail);
  const tail = await file.readRange(first, file.bytes - first);
  return Buffer.from(tail).includes('%%EOF') ? [] : ['It does not end like a PDF; it may be cut off'];
}

function extensionWarning(fileName: string, accepted: AcceptedType): string[] {
  const extension = extensionOf(fileName);
  if (extension === '' || accepted.extensions.includes(extension)) return [];
  return [`It is ${accepted.label}, though its name ends in .${extension}`];
}
