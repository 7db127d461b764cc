import { Failure, invalidField } from '../failure.ts';

/** Characters. In UTF-8 at most 800 bytes, so that `<company>/content/<id>` fits into S3's 1,024. */
export const maxAssetIdLength = 200;

/** The list in the documentation of uploads: these have a meaning in URLs, set definitions or commands. */
const removed = /[\\;/?:@&=+$,*"<>|'{}%\p{Cc}]/gu;

/**
 * The id that a file's name gives: without its extension, without characters that an id cannot have, without spaces at
 * its ends; in NFC.
 * @throws Failure `upload.file-refused` that says what is wrong with the name
 */
export function assetIdOf(fileName: string): string {
  const refuse = (reason: string) =>
    new Failure('upload.file-refused', `The file name "${fileName}" ${reason}`);
  // A dot separates an extension only if something is before it: `.DS_Store` has none.
  const stem = fileName.replace(/(?<=.)\.[^.]*$/su, '');
  if (!stem.isWellFormed()) throw refuse('is not valid Unicode. Rename the file');
  // Once before the removal, since NFC changes U+037E into a semicolon, and once after it, since the removed characters
  // may have separated two that compose.
  const id = stem.normalize('NFC').replace(removed, '').normalize('NFC').trim();
  if (id === '') {
    throw refuse(
      'leaves no id without its extension and special characters. Add at least one letter or digit',
    );
  }
  if (id.startsWith('.')) throw refuse('is the name of a hidden file. Remove the dot at its start');
  if ([...id].length > maxAssetIdLength) {
    throw refuse(`gives an id of ${[...id].length} characters; at most ${maxAssetIdLength} are allowed`);
  }
  return id;
}

const idRule = `ids have 1 to ${maxAssetIdLength} characters, do not start with a dot, do not start or end with a space, and contain no control characters and none of \\ ; / ? : @ & = + $ , * " < > | ' { } %`;

/**
 * Checks an id that a user chose. It must be an id that a file name can give; nothing is removed from it, so that users
 * find the asset under the id they chose.
 * @param field the name of the value in the request, for the error
 * @throws Failure `request.invalid` that names the field, the rule and, if possible, the nearest valid id
 */
export function checkAssetId(id: string, field: string): void {
  let nearest: string;
  try {
    nearest = assetIdOf(`${id}.x`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw invalidField(field, `"${id.toWellFormed()}" is not a valid id: ${idRule}`);
  }
  if (nearest === id) return;
  throw invalidField(field, `"${id}" is not a valid id: ${idRule}. Nearest: "${nearest}"`);
}

/** The file name that goes with another id: `chair.tif` is `chair-1.tif` for the id `chair-1`. */
export function renamedFileName(fileName: string, id: string): string {
  return id + (/(?<=.)\.[^.]*$/su.exec(fileName)?.[0] ?? '');
}
