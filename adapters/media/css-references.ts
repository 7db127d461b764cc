/**
 * The first external reference in CSS: an address that is neither in the same file (`#…`) nor embedded (`data:…`), an
 * import, or a function that takes addresses as plain text.
 * @returns undefined if there is none
 */
export function outsideReference(css: string): string | undefined {
  const plain = css
    .replace(/\\(?:([0-9a-f]{1,6})\s?|([\s\S]))/gi, (_, code?: string, character?: string) =>
      code === undefined ? (character ?? '') : codePoint(Number.parseInt(code, 16)),
    )
    // A namespace loads nothing. The length is limited, because text without an end would be searched again and again.
    .replace(/@namespace[^;]{0,200};/gi, '');
  const [other] = /@import|image-set\(|\bsrc\(/i.exec(plain) ?? [];
  if (other !== undefined) return other;
  for (const [, , address = ''] of plain.matchAll(/url\(\s*(['"]?)([^'")]*)/gi)) {
    const trimmed = address.trim();
    if (trimmed !== '' && !trimmed.startsWith('#') && !/^data:/i.test(trimmed)) return trimmed;
  }
  return undefined;
}

function codePoint(value: number): string {
  return value > 0 && value <= 0x10ffff ? String.fromCodePoint(value) : '\uFFFD';
}
