import { Failure } from '../failure.ts';

/** Characters. In UTF-8 at most 800 bytes, so that `<company>/content/<id>` fits S3's 1,024. */
export const maxAssetIdLength = 200;

/** The list of the documentation of uploads: they mean something in URLs, set definitions or commands. */
const removed = /[\\;/?:@&=+$,*"<>|'{}%\p{Cc}]/gu;

/**
 * The id that a file's name gives: without extension, the characters that may not stand in one, and blanks at
 * its ends; in NFC.
 * @throws Failure `upload.file-refused` that says what is wrong with the name
 */
export function assetIdOf(fileName: string): string {
  const refuse = (reason: string) => new Failure('upload.file-refused', `The name "${fileName}" ${reason}`);
  // Only a dot after something cuts an extension off: `.DS_Store` and the like have none.
  const stem = fileName.replace(/(?<=.)\.[^.]*$/su, '');
  if (!stem.isWellFormed()) throw refuse('is not valid Unicode');
  // Before, since NFC turns U+037E into a semicolon; after, since what was cut out may have kept two apart that compose.
  const id = stem.normalize('NFC').replace(removed, '').normalize('NFC').trim();
  if (id === '') throw refuse('leaves no id once its extension and special characters are cut off');
  if (id.startsWith('.')) throw refuse('is that of a hidden file');
  if ([...id].length > maxAssetIdLength) {
    throw refuse(`gives an id of ${[...id].length} characters; at most ${maxAssetIdLength} are taken`);
  }
  return id;
}
