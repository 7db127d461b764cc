const names: Readonly<Record<string, string>> = {
  white: 'ffffff',
  black: '000000',
  red: 'ff0000',
  green: '008000',
  blue: '0000ff',
  gray: '808080',
  grey: '808080',
  yellow: 'ffff00',
  orange: 'ffa500',
};

/** Six hexadecimal digits for `white`, `rgb:ff8800`, `#f80` or `{ r: 255, g: 136, b: 0 }`; undefined for others. */
export function hexOf(colour: unknown): string | undefined {
  if (typeof colour === 'object' && colour !== null) {
    const { r, g, b } = colour as Readonly<Record<string, unknown>>;
    const parts = [r, g, b].map(Number);
    if (parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return undefined;
    return parts.map((part) => part.toString(16).padStart(2, '0')).join('');
  }
  const text = String(colour)
    .toLowerCase()
    .replace(/^(rgb:|#)/, '');
  if (/^[0-9a-f]{3}$/.test(text)) return text.replace(/./g, '$&$&');
  return /^[0-9a-f]{6}$/.test(text) ? text : names[text];
}
