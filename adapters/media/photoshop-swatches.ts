/** Bytes of the version and the number of colours, and of each colour: its space and four values. */
const headerBytes = 4;
const colourBytes = 10;

/**
 * Whether a file may be Photoshop swatches. They have no magic number, only a structure: version 1 with colours of a fixed
 * length, then optionally version 2 of the same colours with names. Newer files may have version 2 alone.
 * @param head the beginning of the file
 */
export function isPhotoshopSwatches(head: Uint8Array): boolean {
  const view = Buffer.from(head);
  if (view.length < headerBytes + colourBytes) return false;
  const version = view.readUInt16BE(0);
  const count = view.readUInt16BE(2);
  if (version === 2) return count > 0;
  if (version !== 1 || count === 0) return false;
  const end = headerBytes + count * colourBytes;
  return view.length === end || (view.length >= end + 2 && view.readUInt16BE(end) === 2);
}
