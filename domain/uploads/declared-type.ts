import type { FileType } from '../assets/asset.ts';
import { Failure } from '../failure.ts';
import { isActive } from './accepted-types.ts';
import { maxBytesByType, maxFileBytes } from './limits.ts';

/** The kind of file that a client declares. `unknown`: only the detected type counts. */
export type DeclaredKind = 'image' | 'video' | 'audio' | 'font' | 'pdf' | 'javascript' | 'html' | 'unknown';

/** MIME types that begin with `image/` although the files are accepted as documents. */
const documentsCalledImages = /^image\/(?:x-)?(?:eps|psd|photoshop|vnd\.adobe\.photoshop)$/;

const programs = new Set([
  'application/x-msdownload',
  'application/x-dosexec',
  'application/vnd.microsoft.portable-executable',
  'application/x-msi',
  'application/x-executable',
  'application/x-elf',
  'application/x-mach-binary',
  'application/x-apple-diskimage',
  'application/x-sh',
  'application/java-archive',
  'application/vnd.android.package-archive',
]);

/** The kind of a declared MIME type. Systems disagree on most types, so only unambiguous ones have a kind. */
export function declaredKind(mimeType: string): DeclaredKind {
  const type = plainType(mimeType);
  if (documentsCalledImages.test(type)) return 'unknown';
  if (type.startsWith('image/')) return 'image';
  if (type.startsWith('video/')) return 'video';
  if (type.startsWith('audio/')) return 'audio';
  if (type.startsWith('font/')) return 'font';
  if (type === 'application/pdf') return 'pdf';
  if (type === 'text/html' || type === 'application/xhtml+xml') return 'html';
  if (/^(?:text|application)\/(?:x-)?(?:java|ecma)script$/.test(type)) return 'javascript';
  return 'unknown';
}

/** Whether the detected type fits the declared kind. */
export function fitsDeclared(declared: DeclaredKind, found: FileType): boolean {
  switch (declared) {
    case 'unknown':
      return true;
    case 'image':
      return found === 'image' || found === 'animated-gif' || found === 'svg';
    // Video and audio use the same containers.
    case 'video':
    case 'audio':
      return found === 'video' || found === 'audio';
    default:
      return declared === found;
  }
}

/**
 * Refuses files by their declaration, before they are sent: programs, active content that the company does not allow, and
 * files above the maximum size of their kind.
 * @param file MIME type and size in bytes, as declared
 * @throws Failure `upload.file-refused`
 */
export function checkDeclaration(
  file: { readonly type: string; readonly bytes: number },
  company: { readonly allowActiveContent: boolean },
): void {
  const kind = declaredKind(file.type);
  if (programs.has(plainType(file.type))) {
    throw new Failure('upload.file-refused', `Programs (${plainType(file.type)}) are not accepted`);
  }
  if (kind === 'unknown') {
    if (file.bytes > maxFileBytes) throw tooLarge('A file', file.bytes, maxFileBytes);
    return;
  }
  checkActive(kind, company);
  checkBytes(kind, file.bytes);
}

/** Checks active content. @throws Failure `upload.file-refused` for a type that the company does not allow */
export function checkActive(type: FileType, company: { readonly allowActiveContent: boolean }): void {
  if (!isActive(type) || company.allowActiveContent) return;
  throw new Failure(
    'upload.file-refused',
    `${kindNames[type]} is not accepted: it runs in the browsers of visitors. ` +
      'An admin can allow it in the settings of the company (allowActiveContent)',
  );
}

/** Checks the size. @throws Failure `upload.file-refused` if the file is larger than its type may be */
export function checkBytes(type: FileType, bytes: number): void {
  if (bytes > maxBytesByType[type]) throw tooLarge(kindNames[type], bytes, maxBytesByType[type]);
}

const kindNames: Readonly<Record<FileType, string>> = {
  image: 'An image',
  'animated-gif': 'An animated GIF',
  svg: 'An SVG image',
  video: 'A video',
  audio: 'An audio file',
  pdf: 'A PDF',
  font: 'A font',
  'icc-profile': 'An ICC profile',
  vignette: 'A vignette',
  caption: 'A caption file',
  xml: 'An XML file',
  css: 'A style sheet',
  text: 'A text file',
  zip: 'An archive',
  document: 'A document',
  javascript: 'JavaScript',
  html: 'HTML',
};

function plainType(mimeType: string): string {
  return mimeType.toLowerCase().split(';')[0]?.trim() ?? '';
}

function tooLarge(what: string, bytes: number, maxBytes: number): Failure {
  return new Failure(
    'upload.file-refused',
    `${what} may have at most ${maxBytes} bytes; this one has ${bytes}`,
  );
}
