import { refusedFile } from '../../domain/uploads/refused-file.ts';
import type { MediaFile } from './media-file.ts';

/**
 * Checks a font against the lengths in its own header, so that visitors never get a truncated one.
 * @throws Failure `upload.file-refused`
 */
export function checkFont(mimeType: string, file: MediaFile): void {
  const head = Buffer.from(file.head);
  if (mimeType === 'font/woff' || mimeType === 'font/woff2') {
    const length = head.length < 12 ? 0 : head.readUInt32BE(8);
    if (length !== file.bytes) throw cutOff(length, file.bytes);
  }
  if (mimeType === 'font/ttf' || mimeType === 'font/otf') {
    const tables = head.length < 12 ? 0 : head.readUInt16BE(4);
    if (tables === 0) throw refusedFile('The font has no tables');
    // 12 bytes, then 16 for each table: its name, checksum, offset and length.
    for (let at = 12; at < 12 + tables * 16; at += 16) {
      if (at + 16 > head.length) throw refusedFile('The table directory of the font is cut off');
      const end = head.readUInt32BE(at + 8) + head.readUInt32BE(at + 12);
      if (end > file.bytes) throw cutOff(end, file.bytes);
    }
  }
}

function cutOff(named: number, bytes: number): Error {
  return refusedFile(
    `The font is damaged or cut off: its header says ${named} bytes, but the file has ${bytes}`,
  );
}
