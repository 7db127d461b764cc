/**
 * Photoshop files (PSD, PSB): the composite, which is the picture of all layers together that Photoshop saves for other
 * programs. Layers are never read, and the file is read in small ranges. Source: Adobe Photoshop File Formats Specification.
 */
import { refusedFile } from '../../domain/uploads/refused-file.ts';
import type { MediaFile } from './media-file.ts';
import { type PlainColours, plainTiff, samplesOf } from './plain-tiff.ts';

export interface PsdPicture {
  readonly width: number;
  readonly height: number;
  /** An uncompressed TIFF with its pixels and its profile, 8 bits a sample. */
  readonly tiff: Buffer;
  readonly hasAlpha: boolean;
  readonly warnings: readonly string[];
}

/** A sound file without a picture that can be shown. */
export interface NoPicture {
  /** A sentence without its full stop: why, and what would be right. */
  readonly why: string;
}

type Source = Pick<MediaFile, 'bytes' | 'readRange'>;

interface Header {
  readonly isLarge: boolean;
  readonly channels: number;
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly mode: number;
}

/** What the image resources say. */
interface Resources {
  readonly hasComposite: boolean;
  readonly profile?: Buffer;
  /** Identifiers of the extra channels; 0 is the transparency of the picture. */
  readonly channelIds?: readonly number[];
}

const bitmap = 0;
const gray = 1;
const indexed = 2;
const duotone = 8;

const colourModes: Readonly<Record<number, PlainColours>> = {
  [bitmap]: 'gray',
  [gray]: 'gray',
  [indexed]: 'rgb',
  3: 'rgb',
  4: 'cmyk',
  [duotone]: 'gray',
};

const otherModes: Readonly<Record<number, string>> = { 7: 'Multichannel', 9: 'Lab' };

const headerBytes = 26;
/** Channels that Photoshop can save. */
const maxChannels = 56;
/** Of the composite: 0 is none. ZIP (2, 3) is used for layers only. */
const runLengths = 1;

const channelIdentifiers = 1053;
const iccProfile = 1039;
const versionInfo = 1057;
/** Profiles of printers have up to 4 MB. */
const maxProfileBytes = 8 * 1024 * 1024;

/** Bytes of one read. */
const chunkBytes = 8 * 1024 * 1024;
/** Bytes read at once where headers are followed by content that is skipped. */
const stepBytes = 65_536;

const saveAs = 'Save it in RGB, CMYK or grayscale with 8 or 16 bits';

/**
 * Reads the composite of a Photoshop file. It needs the memory of the pixels, and 16 MiB.
 * @param maxPixels more are not decoded
 * @throws Failure `upload.file-refused` for a file that is damaged or cut off
 */
export async function readPsd(file: Source, maxPixels: number): Promise<PsdPicture | NoPicture> {
  const read = stepReader(file);
  const header = await readHeader(read);
  const { width, height, mode, bits, channels, isLarge } = header;
  const paletteBytes = (await read(headerBytes, 4)).readUInt32BE(0);
  const resourcesAt = headerBytes + 4 + paletteBytes;
  const resourceBytes = (await read(resourcesAt, 4)).readUInt32BE(0);
  const resources = await readResources(read, resourcesAt + 4, resourceBytes);
  const layersAt = resourcesAt + 4 + resourceBytes;
  const layerBytes = await readLength(read, layersAt, isLarge);
  const compositeAt = layersAt + (isLarge ? 8 : 4) + layerBytes;

  if (!resources.hasComposite || compositeAt === file.bytes) {
    return {
      why: 'It has no composite picture, since it was saved in Photoshop without "Maximize Compatibility". Switch that on in the preferences for file handling, and save it again',
    };
  }
  const compression = (await read(compositeAt, 2)).readUInt16BE(0);
  const colours = colourModes[mode];
  if (colours === undefined || !isDecoded(mode, bits) || compression > runLengths) {
    return { why: `${describe(mode, bits, compression)}, which is not shown. ${saveAs}` };
  }
  if (width * height > maxPixels) {
    return {
      why: `It has ${width} × ${height} = ${width * height} pixels; pictures of Photoshop files are shown up to ${maxPixels} pixels`,
    };
  }
  const coloured = mode === indexed ? 1 : samplesOf[colours];
  if (channels < coloured) throw damaged(`it has ${channels} of ${coloured} channels`);
  const isTransparent = channels > coloured && (await hasTransparency(read, header, layersAt, resources));
  // Photoshop blends the colours with white. In CMYK that is shown.
  const hasAlpha = isTransparent && colours !== 'cmyk' && mode !== indexed;
  const palette = mode === indexed ? await readPalette(read, paletteBytes) : undefined;
  const { file: tiff, pixels } = plainTiff({ width, height, colours, hasAlpha, profile: resources.profile });
  const planes = coloured + (hasAlpha ? 1 : 0);
  await readPlanes(file, compositeAt + 2, header, compression, { pixels, planes, palette });
  if (mode === bitmap || colours === 'cmyk') invert(pixels);
  if (hasAlpha) withoutWhite(pixels, planes);
  return {
    width,
    height,
    tiff,
    hasAlpha,
    warnings: mode === duotone ? ['It is a duotone; it is shown in gray, without its inks'] : [],
  };
}

function isDecoded(mode: number, bits: number): boolean {
  if (mode === bitmap) return bits === 1;
  return bits === 8 || (bits === 16 && mode !== indexed);
}

function describe(mode: number, bits: number, compression: number): string {
  if (colourModes[mode] === undefined) return `It is in the colour mode ${otherModes[mode] ?? mode}`;
  if (!isDecoded(mode, bits)) return `It has ${bits} bits a channel`;
  return `Its composite picture has the compression ${compression}`;
}

type Read = (at: number, length: number) => Promise<Buffer>;

/** Reads small pieces that lie near each other with few reads of the file. */
function stepReader({ bytes, readRange }: Source): Read {
  let [first, step] = [0, Buffer.alloc(0)];
  return async (at, length) => {
    if (at + length > bytes) throw damaged('it ends in its header');
    if (at < first || at + length > first + step.length) {
      first = at;
      step = Buffer.from(await readRange(at, Math.min(Math.max(length, stepBytes), bytes - at)));
    }
    return step.subarray(at - first, at - first + length);
  };
}

async function readHeader(read: Read): Promise<Header> {
  const view = await read(0, headerBytes);
  const version = view.readUInt16BE(4);
  if (version !== 1 && version !== 2) throw damaged(`its header has the version ${version}`);
  const header = {
    isLarge: version === 2,
    channels: view.readUInt16BE(12),
    height: view.readUInt32BE(14),
    width: view.readUInt32BE(18),
    bits: view.readUInt16BE(22),
    mode: view.readUInt16BE(24),
  };
  if (header.width === 0 || header.height === 0) throw damaged('it has no pixels');
  if (header.channels === 0 || header.channels > maxChannels)
    throw damaged(`its header says ${header.channels} channels`);
  return header;
}

async function readLength(read: Read, at: number, isLarge: boolean): Promise<number> {
  return isLarge ? Number((await read(at, 8)).readBigUInt64BE(0)) : (await read(at, 4)).readUInt32BE(0);
}

async function readResources(read: Read, start: number, bytes: number): Promise<Resources> {
  const found: { hasComposite: boolean; profile?: Buffer; channelIds?: readonly number[] } = {
    hasComposite: true,
  };
  const end = start + bytes;
  let at = start;
  // Signature, id, an empty name, length.
  while (at + 12 <= end) {
    const view = await read(at, 7);
    if (view.toString('latin1', 0, 4) !== '8BIM') break;
    const id = view.readUInt16BE(4);
    const name = 1 + (view[6] ?? 0);
    const lengthAt = at + 6 + name + (name % 2);
    const length = (await read(lengthAt, 4)).readUInt32BE(0);
    const content = lengthAt + 4;
    if (content + length > end) throw damaged('a resource is longer than its section');
    if (id === versionInfo && length >= 5) found.hasComposite = (await read(content, 5))[4] !== 0;
    if (id === iccProfile && length > 0 && length <= maxProfileBytes)
      found.profile = Buffer.from(await read(content, length));
    if (id === channelIdentifiers && length <= maxChannels * 4) {
      const ids = await read(content, length);
      found.channelIds = Array.from({ length: length >> 2 }, (_, index) => ids.readUInt32BE(index * 4));
    }
    at = content + length + (length % 2);
  }
  return found;
}

/** Whether the first extra channel is the transparency of the picture. Others are selections that a person saved. */
async function hasTransparency(
  read: Read,
  { isLarge }: Header,
  layersAt: number,
  { channelIds }: Resources,
): Promise<boolean> {
  const wide = isLarge ? 8 : 4;
  if ((await readLength(read, layersAt, isLarge)) >= wide + 2) {
    const infoBytes = await readLength(read, layersAt + wide, isLarge);
    if (infoBytes >= 2) return (await read(layersAt + 2 * wide, 2)).readInt16BE(0) < 0;
  }
  // Layers of 16 bits lie elsewhere. Photoshop lists the channels; programs that do not save no selections.
  return channelIds === undefined || channelIds[0] === 0;
}

async function readPalette(read: Read, bytes: number): Promise<Buffer> {
  if (bytes !== 768) throw damaged(`its palette has ${bytes} bytes, not 768`);
  return Buffer.from(await read(headerBytes + 4, bytes));
}

interface Target {
  readonly pixels: Buffer;
  readonly planes: number;
  readonly palette: Buffer | undefined;
}

/** Reads the colours one after the other, each with all its lines, into interleaved samples of 8 bits. */
async function readPlanes(
  file: Source,
  start: number,
  header: Header,
  compression: number,
  { pixels, planes, palette }: Target,
): Promise<void> {
  const { width, height, bits, channels, isLarge } = header;
  const lineBytes = Math.ceil((width * bits) / 8);
  const lines = planes * height;
  const countBytes = isLarge ? 4 : 2;
  const isPacked = compression === runLengths;
  const counts = isPacked ? await exactly(file, start, lines * countBytes) : undefined;
  let at = start + (isPacked ? channels * height * countBytes : 0);
  const storedBytes = (line: number) => counts?.readUIntBE(line * countBytes, countBytes) ?? lineBytes;
  const unpacked = Buffer.alloc(lineBytes);
  for (let line = 0; line < lines; ) {
    // As many lines as a read takes.
    let [end, bytes] = [line, 0];
    while (end < lines && (end === line || bytes + storedBytes(end) <= chunkBytes)) {
      // Packed bytes are at worst a byte in 128 longer.
      if (storedBytes(end) > 2 * lineBytes + 16) throw damaged('a line is longer than its pixels');
      bytes += storedBytes(end);
      end += 1;
    }
    const chunk = bytes === 0 ? Buffer.alloc(0) : await exactly(file, at, bytes);
    at += bytes;
    for (let from = 0; line < end; line += 1) {
      const stored = chunk.subarray(from, from + storedBytes(line));
      from += stored.length;
      if (isPacked) unpack(stored, unpacked);
      const place = { plane: Math.floor(line / height), y: line % height };
      putLine(isPacked ? unpacked : stored, header, place, { pixels, planes, palette });
    }
  }
}

async function exactly({ bytes, readRange }: Source, at: number, length: number): Promise<Buffer> {
  if (at + length > bytes) throw damaged('its pixels are cut off');
  const read = await readRange(at, length);
  return Buffer.from(read.buffer, read.byteOffset, read.byteLength);
}

/** PackBits: a count n, then n + 1 bytes as they are (n < 128), or one byte that is repeated 257 - n times. */
function unpack(stored: Buffer, line: Buffer): void {
  let [from, to] = [0, 0];
  while (to < line.length) {
    const count = stored[from];
    if (count === undefined) throw damaged('its run lengths are cut off');
    from += 1;
    if (count < 128) {
      const end = from + count + 1;
      if (end > stored.length) throw damaged('its run lengths are cut off');
      to += stored.copy(line, to, from, end);
      from = end;
    } else if (count > 128) {
      const value = stored[from];
      if (value === undefined) throw damaged('its run lengths are cut off');
      from += 1;
      line.fill(value, to, Math.min(to + 257 - count, line.length));
      to += 257 - count;
    }
  }
}

function putLine(
  line: Buffer,
  { width, bits }: Header,
  { plane, y }: { readonly plane: number; readonly y: number },
  { pixels, planes, palette }: Target,
): void {
  if (palette) {
    let to = y * width * 3;
    for (let x = 0; x < width; x += 1) {
      const index = line[x] ?? 0;
      pixels[to] = palette[index] ?? 0;
      pixels[to + 1] = palette[256 + index] ?? 0;
      pixels[to + 2] = palette[512 + index] ?? 0;
      to += 3;
    }
    return;
  }
  let to = y * width * planes + plane;
  for (let x = 0; x < width; x += 1) {
    pixels[to] =
      bits === 8
        ? (line[x] ?? 0)
        : bits === 16
          ? // 65,535 ÷ 255 = 257, rounded.
            ((((line[2 * x] ?? 0) << 8) | (line[2 * x + 1] ?? 0)) + 128) / 257
          : (((line[x >> 3] ?? 0) >> (7 - (x & 7))) & 1) * 255;
    to += planes;
  }
}

/** Photoshop stores ink as 0; in black and white, 1 is black. */
function invert(samples: Buffer): void {
  for (let at = 0; at < samples.length; at += 1) samples[at] = 255 - (samples[at] ?? 0);
}

/** The colours of transparent pixels are blended with white: takes it away. */
function withoutWhite(samples: Buffer, planes: number): void {
  for (let at = 0; at + planes <= samples.length; at += planes) {
    const alpha = samples[at + planes - 1] ?? 0;
    if (alpha === 0 || alpha === 255) continue;
    for (let plane = at; plane < at + planes - 1; plane += 1) {
      const colour = (((samples[plane] ?? 0) - 255 + alpha) * 255) / alpha;
      samples[plane] = Math.max(0, Math.min(255, Math.round(colour)));
    }
  }
}

function damaged(reason: string): Error {
  return refusedFile(`The file begins as a Photoshop file but is damaged or cut off (${reason})`);
}
