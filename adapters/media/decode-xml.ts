import { decodeUnicode } from './decode-text.ts';
import { refusedFile } from './refused-file.ts';

/** What browsers and this system read the same way. */
const encodings: Readonly<Record<string, string>> = {
  'utf-8': 'utf-8',
  'us-ascii': 'utf-8',
  ascii: 'utf-8',
  'iso-8859-1': 'windows-1252',
  latin1: 'windows-1252',
  'windows-1252': 'windows-1252',
};

/**
 * The text of XML in the encoding that it names itself.
 * @throws Failure `upload.file-refused`
 */
export function decodeXml(bytes: Uint8Array): string {
  const unicode = decodeUnicode(bytes);
  if (unicode?.charset === 'utf-16') return unicode.text;
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const named = /^(?:ï»¿)?<\?xml[^>]*?\sencoding\s*=\s*["']([^"']+)["']/.exec(start)?.[1]?.toLowerCase();
  const encoding = encodings[named ?? 'utf-8'];
  if (encoding === undefined) throw refusedFile(`The XML is written in ${named}; save it in UTF-8`);
  if (encoding !== 'utf-8') return new TextDecoder(encoding).decode(bytes);
  if (!unicode) throw refusedFile('The XML is not in UTF-8, nor does it name another encoding');
  return unicode.text;
}
