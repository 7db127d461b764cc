export interface DecodedText {
  /** Without a byte order mark. */
  readonly text: string;
  /** The name in Content-Type. */
  readonly charset: 'utf-8' | 'utf-16' | 'windows-1252';
}

/** Control characters, except tab, line feed, vertical tab, form feed and carriage return. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern searches for control characters
const controls = /[\x00-\x08\x0e-\x1f\x7f]/;

/**
 * Reads bytes as Unicode: UTF-8, or UTF-16 with a byte order mark.
 * @param isPart whether more bytes follow, so that the last character may be incomplete
 * @returns undefined if the bytes are not text: other bytes, or control characters
 */
export function decodeUnicode(bytes: Uint8Array, isPart = false): DecodedText | undefined {
  const [first, second] = bytes;
  const utf16 =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff && 'utf-16be';
  const text = decode(bytes, utf16 || 'utf-8', isPart);
  return text === undefined || controls.test(text)
    ? undefined
    : { text, charset: utf16 ? 'utf-16' : 'utf-8' };
}

/**
 * Reads bytes as text of Western Windows systems (Windows-1252). All bytes are valid, except control characters and five
 * undefined ones.
 * @returns undefined if the bytes are not text
 */
export function decodeWindows(bytes: Uint8Array): DecodedText | undefined {
  if (bytes.some((byte) => [0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(byte))) return undefined;
  const text = new TextDecoder('windows-1252').decode(bytes);
  return controls.test(text) ? undefined : { text, charset: 'windows-1252' };
}

function decode(bytes: Uint8Array, encoding: string, isPart: boolean): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: isPart });
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
