import { refusedFile } from '../uploads/refused-file.ts';

/**
 * The text of a table in UTF-8, with or without a byte order mark, or in UTF-16, in which Excel saves "Unicode Text". Other encodings
 * are refused: a guess would change letters.
 * @throws Failure `upload.file-refused`
 */
export function decodeTable(bytes: Uint8Array): string {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw refusedFile(
      'It is not text in UTF-8 or UTF-16. In Excel, save it as "CSV UTF-8" or as "Unicode Text"',
    );
  }
}

function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // Without a mark: the header begins with a letter of ASCII, the other byte of which is 0.
  if (second === 0 && first !== 0) return 'utf-16le';
  if (first === 0 && second !== 0) return 'utf-16be';
  return 'utf-8';
}
