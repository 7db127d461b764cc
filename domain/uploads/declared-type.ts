import type { FileType } from '../assets/asset.ts';
import { Failure } from '../failure.ts';
import { isActive } from './accepted-types.ts';
import { maxBytesByType, maxFileBytes } from './limits.ts';

/** What a file is said to be. `unknown` claims nothing: the bytes alone decide. */
export type DeclaredKind = 'image' | 'video' | 'audio' | 'font' | 'pdf' | 'javascript' | 'html' | 'unknown';

/** Of these the first part says too much: what they are called an image of is kept as a document. */
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

/** The kind that a declared MIME type claims. Systems disagree on most of them: only the plain ones count. */
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

/** Whether the bytes are of the kind that was claimed. */
export function fitsDeclared(declared: DeclaredKind, found: FileType): boolean {
  switch (declared) {
    case 'unknown':
      return true;
    case 'image':
      return found === 'image' || found === 'animated-gif' || found === 'svg';
    // The same containers hold films and music.
    case 'video':
    case 'audio':
      return found === 'video' || found === 'audio';
    default:
      return declared === found;
  }
}

/**
 * Refuses what its declaration alone rules out, before a byte of it is sent.
 * @throws Failure `upload.file-refused`
 */
export function checkDeclaration(
  file: { readonly type: string; readonly bytes: number },
  company: { readonly allowActiveContent: boolean },
): void {
  const kind = declaredKind(file.type);
  if (programs.has(plainType(file.type))) {
    throw new Failure('upload.file-refused', `Programs (${plainType(file.type)}) are not taken`);
  }
  if (kind === 'unknown') {
    if (file.bytes > maxFileBytes) throw tooLarge('A file', file.bytes, maxFileBytes);
    return;
  }
  checkActive(kind, company);
  checkBytes(kind, file.bytes);
}

/** @throws Failure `upload.file-refused` for a type that the company does not allow */
export function checkActive(type: FileType, company: { readonly allowActiveContent: boolean }): void {
  if (!isActive(type) || company.allowActiveContent) return;
  throw new Failure(
    'upload.file-refused',
    `${kindNames[type]} is not taken: it runs in the browsers of visitors. ` +
      'An admin may allow it in the settings of the company (allowActiveContent)',
  );
}

/** @throws Failure `upload.file-refused` when the file is larger than its type may be */
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
