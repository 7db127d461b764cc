/** Types that begin with the bytes of another type: Windows icons, Macintosh resources and Targa images, and GD pictures. */

export interface ResourceFork {
  /** Whether it has resources of fonts. */
  readonly hasFonts: boolean;
}

/** Resource types of fonts. */
const fontResources = ['FOND', 'sfnt', 'FONT', 'NFNT'];

/**
 * A Macintosh resource file ("Inside Macintosh: More Macintosh Toolbox", 1-121), such as a font suitcase. Its first bytes
 * are those of a Windows icon.
 * @returns undefined for other files
 */
export async function readResourceFork(
  head: Uint8Array,
  bytes: number,
  readRange: (first: number, length: number) => Promise<Uint8Array>,
): Promise<ResourceFork | undefined> {
  const view = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  if (view.length < 16) return undefined;
  const [data, map, dataBytes, mapBytes] = [0, 4, 8, 12].map((at) => view.readUInt32BE(at)) as [
    number,
    number,
    number,
    number,
  ];
  const isMap = data >= 16 && data + dataBytes <= map && mapBytes >= 28 && map + mapBytes <= bytes;
  if (!isMap) return undefined;
  const found = Buffer.from(await readRange(map, Math.min(mapBytes, maxMapBytes)));
  if (found.length < 30) return undefined;
  const types = found.readUInt16BE(24);
  const names = new Set<string>();
  for (let at = types + 2; at + 8 <= found.length && names.size < maxTypes; at += 8) {
    names.add(found.toString('latin1', at, at + 4));
  }
  return { hasFonts: fontResources.some((name) => names.has(name)) };
}

const maxMapBytes = 65_536;
const maxTypes = 256;

/** Whether the directory of a Windows icon or cursor names pictures within the file. */
export function isWindowsIcon(head: Uint8Array, bytes: number): boolean {
  const view = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  if (view.length < 22) return false;
  const count = view.readUInt16LE(4);
  if (count === 0 || 6 + count * 16 > bytes) return false;
  for (let at = 6; at < 6 + count * 16 && at + 16 <= view.length; at += 16) {
    const [length, first] = [view.readUInt32LE(at + 8), view.readUInt32LE(at + 12)];
    if (length === 0 || first < 6 + count * 16 || first + length > bytes) return false;
  }
  return true;
}

const targaDepths: Readonly<Record<number, readonly number[]>> = {
  1: [8, 16],
  2: [15, 16, 24, 32],
  3: [8, 16],
  9: [8, 16],
  10: [15, 16, 24, 32],
  11: [8, 16],
};

/** Whether the header may be that of a Targa image. It has no magic number. */
export function isTarga(head: Uint8Array, bytes: number): boolean {
  const view = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  if (view.length < 18) return false;
  const [idBytes = 0, mapType = 2, type = 0] = view;
  const [width, height, depth] = [view.readUInt16LE(12), view.readUInt16LE(14), view[16] ?? 0];
  if (mapType > 1 || width === 0 || height === 0 || targaDepths[type]?.includes(depth) !== true) return false;
  const mapBytes = mapType === 1 ? (view.readUInt16LE(5) * (view[7] ?? 0)) / 8 : 0;
  const pixels = type < 8 ? width * height * Math.ceil(depth / 8) : 1;
  return 18 + idBytes + mapBytes + pixels <= bytes;
}

/** Whether a file is a picture of libgd: `.gd` in true colour or with a palette, or `.gd2`. */
export function isGd(head: Uint8Array, bytes: number): boolean {
  const view = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  if (view.length < 11) return false;
  if (view.toString('latin1', 0, 4) === 'gd2\0') return true;
  const signature = view.readUInt16BE(0);
  const pixels = view.readUInt16BE(2) * view.readUInt16BE(4);
  if (signature === 0xfffe) return view[6] === 1 && bytes === 11 + pixels * 4;
  return signature === 0xffff && view[6] === 0 && bytes === 13 + 256 * 4 + pixels;
}
