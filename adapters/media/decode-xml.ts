import { refusedFile } from '../../domain/uploads/refused-file.ts';
import { decodeUnicode } from './decode-text.ts';

/** Encodings that browsers and this module decode in the same way. */
const encodings: Readonly<Record<string, string>> = {
  'utf-8': 'utf-8',
  'us-ascii': 'utf-8',
  ascii: 'utf-8',
  'iso-8859-1': 'windows-1252',
  latin1: 'windows-1252',
  'windows-1252': 'windows-1252',
};

/**
 * Decodes XML in the encoding that it declares.
 * @throws Failure `upload.file-refused`
 */
export function decodeXml(bytes: Uint8Array): string {
  const unicode = decodeUnicode(bytes);
  if (unicode?.charset === 'utf-16') return unicode.text;
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const named = /^(?:ï»¿)?<\?xml[^>]*?\sencoding\s*=\s*["']([^"']+)["']/.exec(start)?.[1]?.toLowerCase();
  const encoding = encodings[named ?? 'utf-8'];
  if (encoding === undefined) throw refusedFile(`The XML is encoded in ${named}; save it in UTF-8`);
  if (encoding !== 'utf-8') return new TextDecoder(encoding).decode(bytes);
  if (!unicode) throw refusedFile('The XML is not in UTF-8 and declares no other encoding');
  return unicode.text;
}
