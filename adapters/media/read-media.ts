import type { MediaFacts } from '../../domain/assets/asset.ts';
import { type AcceptedType, acceptedTypes } from '../../domain/uploads/accepted-types.ts';
import { checkActive, checkBytes, declaredKind, fitsDeclared } from '../../domain/uploads/declared-type.ts';
import { extensionOf } from '../../domain/uploads/overwrite.ts';
import { refusalReason } from '../../domain/uploads/refused-types.ts';
import { readImage } from '../sharp/read-image.ts';
import { checkFont } from './check-font.ts';
import { decodeUnicode, decodeWindows } from './decode-text.ts';
import { type DetectedType, detectType } from './detect-type.ts';
import type { MediaFile } from './media-file.ts';
import { refusedFile } from './refused-file.ts';

export interface UploadedFacts extends MediaFacts {
  readonly type: AcceptedType['type'];
}

export interface Media {
  readonly facts: UploadedFacts;
  /** What its owner may want to know though the file is taken. */
  readonly warnings: readonly string[];
}

/** Bytes of the end of a PDF in which its end mark is looked for: readers look in the last 1,024. */
const pdfTail = 1_024;

/**
 * Tells from the bytes what a file is, whether it is whole, and its facts. The name is believed only where bytes tell
 * nothing: another accepted type than the extension says is a warning, another kind than was declared is an error.
 *
 * Images are decoded and text is read to its end; of all else only as much is read as shows what it is.
 * @throws Failure `upload.file-refused` with what is wrong
 */
export async function readMedia(
  file: MediaFile,
  company: { readonly allowActiveContent: boolean },
): Promise<Media> {
  if (file.bytes === 0) throw refusedFile('The file is empty');
  const detected = await detectType(file, { allowActive: company.allowActiveContent });
  const accepted = acceptedTypes[detected.mimeType];
  if (!accepted) throw refusedFile(refusalReason(detected, extensionOf(file.fileName)));
  if (!fitsDeclared(declaredKind(file.declaredType), accepted.type)) {
    throw refusedFile(`The file was declared as ${file.declaredType}, but is ${accepted.label}`);
  }
  checkActive(accepted.type, company);
  checkBytes(accepted.type, file.bytes);

  const { facts, warnings } = await readContent(file, detected, accepted);
  return {
    facts: { type: accepted.type, mimeType: detected.mimeType, bytes: file.bytes, ...facts },
    warnings: [...extensionWarning(file.fileName, accepted), ...(detected.warnings ?? []), ...warnings],
  };
}

interface Content {
  readonly facts: Partial<UploadedFacts>;
  readonly warnings: readonly string[];
}

async function readContent(
  file: MediaFile,
  detected: DetectedType,
  accepted: AcceptedType,
): Promise<Content> {
  switch (accepted.type) {
    case 'image':
      return readImage(await file.readAll(), accepted);
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
    case 'caption':
      // XML says itself what it is written in, and was read to its end already.
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

/** By their definition. */
const inUtf8: Readonly<Record<string, string>> = {
  'text/vtt': 'WebVTT captions',
  'application/json': 'JSON',
};

function takesCharset(mimeType: string): boolean {
  return mimeType.startsWith('text/') || mimeType === 'application/x-subrip';
}

/** Text is delivered with its charset: browsers would else take accents for something else. */
function readText(bytes: Uint8Array, mimeType: string): Content {
  const decoded = decodeUnicode(bytes) ?? decodeWindows(bytes);
  if (!decoded) throw refusedFile('The file begins as text, but holds bytes that are none');
  const { charset } = decoded;
  const onlyUtf8 = inUtf8[mimeType];
  if (onlyUtf8 !== undefined && charset !== 'utf-8') throw refusedFile(`${onlyUtf8} must be in UTF-8`);
  return {
    facts: { mimeType: takesCharset(mimeType) ? `${mimeType}; charset=${charset}` : mimeType },
    warnings:
      charset === 'windows-1252' ? ['It is not in UTF-8; browsers are told that it is in Windows-1252'] : [],
  };
}

async function pdfWarnings(file: MediaFile): Promise<string[]> {
  const first = Math.max(0, file.bytes - pdfTail);
  const tail = await file.readRange(first, file.bytes - first);
  return Buffer.from(tail).includes('%%EOF') ? [] : ['It does not end as PDFs do; it may be cut off'];
}

function extensionWarning(fileName: string, accepted: AcceptedType): string[] {
  const extension = extensionOf(fileName);
  if (extension === '' || accepted.extensions.includes(extension)) return [];
  return [`It is ${accepted.label}, though its name ends in .${extension}`];
}
