export interface DecodedText {
  /** Without a byte order mark. */
  readonly text: string;
  /** As Content-Type names it. */
  readonly charset: 'utf-8' | 'utf-16' | 'windows-1252';
}

/** Controls, but for tab, line feed, vertical tab, form feed and carriage return. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\x00-\x08\x0e-\x1f\x7f]/;

/**
 * Reads bytes as Unicode: UTF-8, or UTF-16 with a byte order mark.
 * @param isPart whether more follows, so that a character may be cut off at the end
 * @returns undefined for what is no text: other bytes, or control characters in it
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
 * Reads bytes as the text of Western Windows systems, where they are no Unicode: any bytes are, but for controls and
 * the five that it leaves open.
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
