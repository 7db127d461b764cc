/** The chunks of a PNG file (PNG, third edition, and its animations). */
import { crc32 } from 'node:zlib';

export interface PngChunk {
  readonly type: string;
  /** Position of its length field. */
  readonly at: number;
  readonly data: Buffer;
  /** Whether the file ends within the chunk. */
  readonly isCut: boolean;
}

const signatureBytes = 8;
/** Length, type and checksum. */
const frameBytes = 12;

/** The chunks up to IEND. Checksums are not compared. */
export function* pngChunks(bytes: Uint8Array): Generator<PngChunk> {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = signatureBytes; at + 8 <= view.length; ) {
    const length = view.readUInt32BE(at);
    const type = view.toString('latin1', at + 4, at + 8);
    const data = view.subarray(at + 8, at + 8 + length);
    yield { type, at, data, isCut: at + frameBytes + length > view.length };
    if (type === 'IEND') return;
    at += frameBytes + length;
  }
}

/** What is wrong with the chunks, in the order of the file: the rest of a sentence that starts with "The PNG". */
export function pngDamage(bytes: Uint8Array): string[] {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const damage: string[] = [];
  for (const { type, at, data, isCut } of pngChunks(bytes)) {
    const name = /^[A-Za-z]{4}$/.test(type) ? type : 'unnamed';
    if (isCut) {
      damage.push(`is cut off in its ${name} chunk at byte ${at}`);
      break;
    }
    const stored = view.readUInt32BE(at + 8 + data.length);
    const right = crc32(view.subarray(at + 4, at + 8 + data.length));
    if (stored !== right) {
      const hex = (checksum: number) => checksum.toString(16).padStart(8, '0');
      damage.push(
        `has a wrong checksum in its ${name} chunk at byte ${at}: ${hex(stored)}, but its bytes give ${hex(right)}`,
      );
    }
  }
  return damage;
}

/** Primaries and transfer of a cICP chunk, as code points of Rec. ITU-T H.273. @returns undefined if it has none */
export function pngCicp(bytes: Uint8Array): { primaries: number; transfer: number } | undefined {
  for (const { type, data } of pngChunks(bytes)) {
    if (type === 'cICP' && data.length >= 4) return { primaries: data[0] ?? 0, transfer: data[1] ?? 0 };
    if (type === 'IDAT') return undefined;
  }
  return undefined;
}

export interface PngFrames {
  /** As the acTL chunk says. */
  readonly declared: number;
  /** Each frame as a PNG of its own, with the size of the frame. */
  readonly frames: readonly Buffer[];
}

/** Chunks before the pixels that a frame needs too. */
const shared = new Set(['PLTE', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'sBIT']);

/** The frames of an animated PNG. @returns undefined for a PNG without an acTL chunk */
export function pngFrames(bytes: Uint8Array): PngFrames | undefined {
  let declared: number | undefined;
  let header: Buffer | undefined;
  const before: Buffer[] = [];
  const frames: { readonly control: Buffer; readonly parts: Buffer[] }[] = [];
  for (const { type, data } of pngChunks(bytes)) {
    if (type === 'IHDR') header = data;
    else if (type === 'acTL' && data.length >= 8) declared = data.readUInt32BE(0);
    else if (type === 'fcTL' && data.length >= 26) frames.push({ control: data, parts: [] });
    else if (type === 'IDAT') frames.at(-1)?.parts.push(data);
    else if (type === 'fdAT') frames.at(-1)?.parts.push(data.subarray(4));
    else if (shared.has(type) && frames.length <= 1) before.push(chunk(type, data));
  }
  if (declared === undefined || header === undefined) return undefined;
  const whole = header;
  return {
    declared,
    frames: frames.map(({ control, parts }) => {
      const size = Buffer.concat([control.subarray(4, 12), whole.subarray(8)]);
      return Buffer.concat([
        Buffer.from(bytes.subarray(0, signatureBytes)),
        chunk('IHDR', size),
        ...before,
        ...parts.map((part) => chunk('IDAT', part)),
        chunk('IEND', Buffer.alloc(0)),
      ]);
    }),
  };
}

function chunk(type: string, data: Buffer): Buffer {
  const framed = Buffer.alloc(frameBytes + data.length);
  framed.writeUInt32BE(data.length, 0);
  framed.write(type, 4, 'latin1');
  data.copy(framed, 8);
  framed.writeUInt32BE(crc32(framed.subarray(4, 8 + data.length)), 8 + data.length);
  return framed;
}
