/** Bytes of a text in UTF-8, which keys of S3 and DynamoDB are limited in. */
export function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** The longest beginning of a text with at most `maxBytes` bytes in UTF-8, without a half character at its end. */
export function cutToBytes(text: string, maxBytes: number): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += utf8Bytes(character);
    if (bytes > maxBytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}
