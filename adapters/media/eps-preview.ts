/**
 * The preview of an EPS file: the small picture that programs save in it for other programs, since they would need an interpreter of
 * PostScript to draw the file. Sources: Adobe Encapsulated PostScript File Format Specification 3.0 (sections 5 and 6);
 * Adobe Photoshop File Formats Specification (image resources).
 */
import type { MediaFile } from './media-file.ts';
import { plainTiff } from './plain-tiff.ts';
import type { NoPicture } from './psd-image.ts';

export interface EpsPreview {
  readonly format: 'tiff' | 'jpeg';
  readonly image: Buffer;
}

/** The parts of an EPS file with the binary header of DOS: where each begins, and its bytes. */
interface BinaryParts {
  readonly postScript: Part;
  readonly metafile: Part;
  readonly tiff: Part;
}

interface Part {
  readonly first: number;
  readonly bytes: number;
}

/** Bytes at the beginning of the PostScript that are searched: a preview comes before the drawing. */
const searchedBytes = 16 * 1024 * 1024;

/** Bytes of a preview: many megapixels, far more than programs save. */
const maxPreviewBytes = 64 * 1024 * 1024;

const without = 'Save it again with a TIFF preview of 8 bits, or send it as PDF, SVG, PNG or TIFF';

/** @returns the preview, or why there is none */
export async function readEpsPreview(
  file: Pick<MediaFile, 'bytes' | 'readRange'>,
): Promise<EpsPreview | NoPicture> {
  const head = await piece(file, { first: 0, bytes: 30 });
  const parts = head && binaryParts(head);
  if (parts && parts.tiff.bytes > 0) {
    const image = parts.tiff.bytes <= maxPreviewBytes ? await piece(file, parts.tiff) : undefined;
    return image ? { format: 'tiff', image } : { why: 'Its TIFF preview is cut off. Save it again' };
  }
  const start = parts?.postScript.first ?? 0;
  const searched = await piece(file, {
    first: start,
    bytes: Math.min(searchedBytes, Math.max(0, file.bytes - start)),
  });
  const text = searched?.toString('latin1') ?? '';
  const preview = interchangePreview(text) ?? photoshopThumbnail(text);
  if (preview) return preview;
  const isMetafile = parts !== undefined && parts.metafile.bytes > 0;
  return { why: `${isMetafile ? 'Its preview is a Windows metafile' : 'It has no preview'}. ${without}` };
}

function binaryParts(head: Buffer): BinaryParts | undefined {
  if (head.readUInt32BE(0) !== 0xc5d0d3c6) return undefined;
  const part = (at: number) => ({ first: head.readUInt32LE(at), bytes: head.readUInt32LE(at + 4) });
  return { postScript: part(4), metafile: part(12), tiff: part(20) };
}

async function piece(
  file: Pick<MediaFile, 'bytes' | 'readRange'>,
  { first, bytes }: Part,
): Promise<Buffer | undefined> {
  if (bytes === 0 || first + bytes > file.bytes) return undefined;
  const read = await file.readRange(first, bytes);
  return Buffer.from(read.buffer, read.byteOffset, read.byteLength);
}

/** EPSI: gray samples of 1, 2, 4 or 8 bits in hexadecimal, of which 0 is white. Lines begin with whole bytes. */
function interchangePreview(text: string): EpsPreview | undefined {
  const begin = /^%%BeginPreview: *(\d{1,5}) +(\d{1,5}) +(1|2|4|8) +\d+[^\r\n]*[\r\n]/m.exec(text);
  if (!begin) return undefined;
  const [width, height, bits] = [Number(begin[1]), Number(begin[2]), Number(begin[3])];
  const lineBytes = Math.ceil((width * bits) / 8);
  if (width === 0 || height === 0 || lineBytes * height > maxPreviewBytes) return undefined;
  const from = begin.index + begin[0].length;
  const end = text.indexOf('%%EndPreview', from);
  const samples = hexadecimal(text.slice(from, end < 0 ? undefined : end));
  if (samples.length < lineBytes * height) return undefined;
  const { file, pixels } = plainTiff({ width, height, colours: 'gray', hasAlpha: false });
  const black = 2 ** bits - 1;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = x * bits;
      const byte = samples[y * lineBytes + (at >> 3)] ?? 0;
      const ink = (byte >> (8 - bits - (at & 7))) & black;
      pixels[y * width + x] = 255 - (ink * 255) / black;
    }
  }
  return { format: 'tiff', image: file };
}

const thumbnail = 1036;
const thumbnailHeaderBytes = 28;

/** Photoshop writes its image resources as comments in hexadecimal. One of them is a JPEG of about 160 pixels. */
function photoshopThumbnail(text: string): EpsPreview | undefined {
  const begin = /^%BeginPhotoshop: *(\d{1,8})[^\r\n]*[\r\n]/m.exec(text);
  if (!begin) return undefined;
  const from = begin.index + begin[0].length;
  const end = text.indexOf('%EndPhotoshop', from);
  const resources = hexadecimal(text.slice(from, end < 0 ? undefined : end));
  let at = 0;
  while (at + 12 <= resources.length && resources.toString('latin1', at, at + 4) === '8BIM') {
    const id = resources.readUInt16BE(at + 4);
    const name = 1 + (resources[at + 6] ?? 0);
    const lengthAt = at + 6 + name + (name % 2);
    if (lengthAt + 4 > resources.length) return undefined;
    const length = resources.readUInt32BE(lengthAt);
    const content = resources.subarray(lengthAt + 4, lengthAt + 4 + length);
    if (id === thumbnail && content.length === length && length > thumbnailHeaderBytes) {
      const isJpeg = content.readUInt32BE(0) === 1;
      return isJpeg ? { format: 'jpeg', image: content.subarray(thumbnailHeaderBytes) } : undefined;
    }
    at = lengthAt + 4 + length + (length % 2);
  }
  return undefined;
}

/** Other characters are ignored, as the specification says. */
function hexadecimal(text: string): Buffer {
  return Buffer.from(text.replace(/[^\da-fA-F]/g, ''), 'hex');
}
