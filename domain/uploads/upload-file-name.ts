import { invalidField } from '../failure.ts';
import { findHiddenCharacter } from '../hidden-character.ts';
import { utf8Bytes } from '../utf8-bytes.ts';

/**
 * Bytes in UTF-8: more than file systems store (255 characters of one to three bytes are the limit of some), and few enough
 * for a key on Server Directory with the longest company name (63) and folder (500), of S3's 1,024 bytes.
 */
export const maxFileNameBytes = 440;

/**
 * The name of an uploaded file as it is kept: the part after the last slash or backslash, in NFC. Clients that send whole
 * paths, such as browsers for a folder, upload the same file as those that send its name.
 * @param field the name of the value in the request, for the error
 * @throws Failure `request.invalid` that names the field, the rule and what breaks it
 */
export function uploadFileName(given: string, field: string): string {
  const name = given.slice(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1).normalize('NFC');
  if (name === '') throw invalidField(field, 'must end with the name of a file, not with a slash');
  const hidden = findHiddenCharacter(name);
  if (hidden !== undefined) {
    throw invalidField(
      field,
      `must not contain control or format characters; it contains ${hidden}. Rename the file`,
    );
  }
  const bytes = utf8Bytes(name);
  if (bytes > maxFileNameBytes) {
    throw invalidField(field, `must have at most ${maxFileNameBytes} bytes in UTF-8; it has ${bytes}`);
  }
  return name;
}
