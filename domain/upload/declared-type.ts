import type { AssetType } from '../asset/asset.ts';
import { Failure } from '../failure.ts';
import { mostBytes, mostBytesOfAny } from './limits.ts';

/** What a file is said to be. `unknown` claims nothing: the bytes alone decide. */
export type DeclaredKind = 'image' | 'video' | 'pdf' | 'unknown';

/**
 * The kind that a declared MIME type claims.
 * @throws Failure `upload.file-refused` for a type that is not taken
 */
export function declaredKind(mimeType: string): DeclaredKind {
  const type = mimeType.toLowerCase().split(';')[0]?.trim() ?? '';
  // An SVG is a program as much as a picture; it needs cleaning before it may be served.
  if (type.startsWith('image/') && !type.startsWith('image/svg')) return 'image';
  if (type.startsWith('video/')) return 'video';
  if (type === 'application/pdf') return 'pdf';
  if (type === 'application/octet-stream' || type === 'binary/octet-stream') return 'unknown';
  throw new Failure('upload.file-refused', `Files of type ${type} are not taken: send images, video or PDF`);
}

/** Whether the bytes are of the kind that was claimed. */
export function fitsDeclared(declared: DeclaredKind, found: AssetType): boolean {
  if (declared === 'unknown') return true;
  return declared === (found === 'animated-gif' ? 'image' : found);
}

/**
 * Refuses what its declaration alone rules out, before a byte of it is sent.
 * @throws Failure `upload.file-refused`
 */
export function checkDeclaration(file: { readonly type: string; readonly bytes: number }): void {
  const kind = declaredKind(file.type);
  const most = kind === 'unknown' ? mostBytesOfAny : mostBytes[kind];
  if (file.bytes > most) throw tooLarge(kind === 'unknown' ? 'A file' : kindNames[kind], file.bytes, most);
}

/** @throws Failure `upload.file-refused` when the file is larger than its type may be */
export function checkBytes(type: AssetType, bytes: number): void {
  if (bytes > mostBytes[type]) {
    throw tooLarge(kindNames[type === 'animated-gif' ? 'image' : type], bytes, mostBytes[type]);
  }
}

const kindNames = { image: 'An image', video: 'A video', pdf: 'A PDF' } as const;

function tooLarge(what: string, bytes: number, most: number): Failure {
  return new Failure('upload.file-refused', `${what} may have at most ${most} bytes; this one has ${bytes}`);
}
