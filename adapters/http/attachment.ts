/**
 * The `Content-Disposition` of a file that is to be saved under a name (RFC 6266): what no file system takes becomes
 * `-`; who does not read UTF-8 gets `_` for other letters.
 */
export function attachment(name: string): string {
  const safe = name.toWellFormed().replace(/[\p{Cc}"*/:<>?\\|]/gu, '-');
  const ascii = safe.replace(/[^\x20-\x7e]/gu, '_');
  const encoded = encodeURIComponent(safe).replace(
    /['()*!]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
