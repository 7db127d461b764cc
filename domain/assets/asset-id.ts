import { Failure, invalidField } from '../failure.ts';
import { findHiddenCharacter } from '../hidden-character.ts';
import { utf8Bytes } from '../utf8-bytes.ts';

/** Characters. */
export const maxAssetIdLength = 200;

/**
 * Bytes in UTF-8: 133 Chinese characters, or 100 emoji. With it, the longest company name (63), folder (500) and an
 * extension, a key on Server Directory stays below S3's 1,024 bytes (domain/delivery/origin-key.ts).
 */
export const maxAssetIdBytes = 400;

/** Bytes in UTF-8 of an extension, with its dot, that a file keeps when it gets another id. */
const maxExtensionBytes = 40;

/** The list in the documentation of uploads: these have a meaning in URLs, set definitions or commands. */
const removed = /[\\;/?:@&=+$,*"<>|'{}%\p{Cc}]/gu;

/** A dot separates an extension only if something is before it: `.DS_Store` has none. */
const extension = /(?<=.)\.[^.]*$/su;

/**
 * What is left of a file name without its extension, without characters that an id cannot have, without spaces at its
 * ends; in NFC. It may be empty or too long for an id.
 */
export function idInFileName(fileName: string): string {
  // Once before the removal, since NFC changes U+037E into a semicolon, and once after it, since the removed characters
  // may have separated two that compose.
  return fileName.replace(extension, '').normalize('NFC').replace(removed, '').normalize('NFC').trim();
}

/**
 * The id that a file's name gives.
 * @throws Failure `upload.file-refused` that says what is wrong with the name
 */
export function assetIdOf(fileName: string): string {
  const refuse = (reason: string) =>
    new Failure('upload.file-refused', `The file name "${fileName.toWellFormed()}" ${reason}`);
  if (!fileName.isWellFormed()) throw refuse('is not valid Unicode. Rename the file');
  const id = idInFileName(fileName);
  if (id === '') {
    throw refuse(
      'leaves no id without its extension and special characters. Add at least one letter or digit',
    );
  }
  if (id.startsWith('.')) throw refuse('is the name of a hidden file. Remove the dot at its start');
  if ([...id].length > maxAssetIdLength) {
    throw refuse(`gives an id of ${[...id].length} characters; at most ${maxAssetIdLength} are allowed`);
  }
  if (utf8Bytes(id) > maxAssetIdBytes) {
    throw refuse(`gives an id of ${utf8Bytes(id)} bytes in UTF-8; at most ${maxAssetIdBytes} are allowed`);
  }
  const hidden = findHiddenCharacter(id);
  if (hidden !== undefined) throw refuse(`contains the format character ${hidden}. Rename the file`);
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
  const hidden = findHiddenCharacter(id);
  if (hidden !== undefined) {
    throw invalidField(field, `is not a valid id: it contains the control or format character ${hidden}`);
  }
  const bytes = utf8Bytes(id);
  if (bytes > maxAssetIdBytes) {
    throw invalidField(field, `has ${bytes} bytes in UTF-8; at most ${maxAssetIdBytes} are allowed`);
  }
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

/**
 * The file name that goes with another id: `chair.tif` is `chair-1.tif` for the id `chair-1`. A part after the last dot
 * that is too long to be an extension is left out.
 */
export function renamedFileName(fileName: string, id: string): string {
  const [kept = ''] = extension.exec(fileName) ?? [];
  return utf8Bytes(kept) > maxExtensionBytes ? id : id + kept;
}
