/** Small files of many kinds: as much of each as tells what it is. */

import { psdFile } from '../../support/images/psd-file.ts';

/** The beginning of an ISO media file: its type box, and nothing of its film. */
export function isoMedia(brand: string): Buffer {
  const box = Buffer.alloc(24);
  box.writeUInt32BE(24, 0);
  box.write(`ftyp${brand}`, 4, 'latin1');
  box.write(`isom${brand}`, 16, 'latin1');
  return box;
}

/** A Matroska or WebM: the EBML header with its document type. */
export function ebml(docType: string): Buffer {
  const type = Buffer.concat([Buffer.from([0x42, 0x82, 0x80 | docType.length]), Buffer.from(docType)]);
  return Buffer.concat([Buffer.from([0x1a, 0x45, 0xdf, 0xa3, 0x80 | type.length]), type, Buffer.alloc(32)]);
}

/** A RIFF file: `AVI `, `WAVE`. */
export function riff(form: string): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(56, 4);
  bytes.write(form, 8, 'latin1');
  return bytes;
}

/** A FORM file: AIFF. */
export function aiff(): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.write('FORM', 0, 'latin1');
  bytes.writeUInt32BE(56, 4);
  bytes.write('AIFFCOMM', 8, 'latin1');
  return bytes;
}

/** The first page of an Ogg stream, with what begins its first packet. */
export function ogg(codec: 'vorbis' | 'opus' | 'theora'): Buffer {
  const page = Buffer.alloc(64);
  page.write('OggS', 0, 'latin1');
  page[5] = 2;
  page[26] = 1;
  page[27] = 36;
  page.write({ vorbis: '\x01vorbis', opus: 'OpusHead', theora: '\x80theora' }[codec], 28, 'latin1');
  return page;
}

export function flac(): Buffer {
  return Buffer.concat([Buffer.from('fLaC'), Buffer.from([0, 0, 0, 34]), Buffer.alloc(34)]);
}

/** Frames of MPEG-1 layer III, 128 kbit/s at 44.1 kHz. */
export function mp3(): Buffer {
  const frame = Buffer.alloc(417);
  frame.set([0xff, 0xfb, 0x90, 0x00]);
  return Buffer.concat([frame, frame, frame]);
}

/** MP3 with a tag before it. */
export function taggedMp3(): Buffer {
  const tag = Buffer.alloc(138);
  tag.write('ID3', 0, 'latin1');
  tag.set([3, 0, 0, 0, 0, 1, 0], 3);
  return Buffer.concat([tag, mp3()]);
}

/** Frames of AAC in ADTS. */
export function aac(): Buffer {
  const frame = Buffer.alloc(64);
  frame.set([0xff, 0xf1, 0x50, 0x80, 0x08, 0x1f, 0xfc]);
  return Buffer.concat([frame, frame]);
}

/** An MPEG transport stream: packets of 188 bytes. */
export function transportStream(): Buffer {
  const packet = Buffer.alloc(188);
  packet.set([0x47, 0x40, 0x00, 0x10]);
  return Buffer.concat([packet, packet, packet, packet, packet]);
}

export function mpeg(): Buffer {
  return Buffer.concat([Buffer.from([0x00, 0x00, 0x01, 0xba, 0x44]), Buffer.alloc(64)]);
}

/** A font as sfnt: one table, of as many bytes as it is said to have. */
export function sfnt(version: '\x00\x01\x00\x00' | 'OTTO', tableBytes = 16): Buffer {
  const font = Buffer.alloc(28 + tableBytes);
  font.write(version, 0, 'latin1');
  font.writeUInt16BE(1, 4);
  font.write(version === 'OTTO' ? 'CFF ' : 'glyf', 12, 'latin1');
  font.writeUInt32BE(28, 20);
  font.writeUInt32BE(tableBytes, 24);
  return font;
}

export function fontCollection(): Buffer {
  const font = Buffer.alloc(64);
  font.write('ttcf\x00\x01\x00\x00', 0, 'latin1');
  font.writeUInt32BE(1, 8);
  font.writeUInt32BE(16, 12);
  return font;
}

export function woff(version: 'wOFF' | 'wOF2', named?: number): Buffer {
  const font = Buffer.alloc(64);
  font.write(`${version}\x00\x01\x00\x00`, 0, 'latin1');
  font.writeUInt32BE(named ?? font.length, 8);
  return font;
}

export function pfb(): Buffer {
  const text = Buffer.from('%!PS-AdobeFont-1.0: Luma 001.000\n');
  return Buffer.concat([Buffer.from([0x80, 1, text.length, 0, 0, 0]), text, Buffer.from([0x80, 3])]);
}

export function pfm(): Buffer {
  const font = Buffer.alloc(147);
  font.set([0x00, 0x01]);
  font.writeUInt32LE(font.length, 2);
  return font;
}

export function iccProfile(named?: number): Buffer {
  const profile = Buffer.alloc(160);
  profile.writeUInt32BE(named ?? profile.length, 0);
  profile.write('mntrRGB XYZ ', 12, 'latin1');
  profile.write('acsp', 36, 'latin1');
  return profile;
}

interface ZipOptions {
  readonly comment?: string;
  /** Uses the record with 64 bits. */
  readonly long?: boolean;
  /** What each entry is said to have packed. */
  readonly packed?: number;
}

/** A ZIP with stored entries of one byte. */
export function zip(
  names: readonly string[],
  { comment = '', long = false, packed = 1 }: ZipOptions = {},
): Buffer {
  const entries: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const name of names) {
    const bytes = Buffer.from(name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt32LE(1, 18);
    local.writeUInt32LE(1, 22);
    local.writeUInt16LE(bytes.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt32LE(packed, 20);
    central.writeUInt32LE(packed, 24);
    central.writeUInt16LE(bytes.length, 28);
    central.writeUInt32LE(at, 42);
    const entry = Buffer.concat([local, bytes, Buffer.from('x')]);
    entries.push(entry);
    directory.push(central, bytes);
    at += entry.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(long ? 0xffff : names.length, 8);
  end.writeUInt16LE(long ? 0xffff : names.length, 10);
  end.writeUInt32LE(long ? 0xffffffff : central.length, 12);
  end.writeUInt32LE(long ? 0xffffffff : at, 16);
  end.writeUInt16LE(Buffer.byteLength(comment), 20);
  const longEnd = Buffer.alloc(long ? 76 : 0);
  if (long) {
    longEnd.writeUInt32LE(0x06064b50, 0);
    longEnd.writeBigUInt64LE(44n, 4);
    longEnd.writeBigUInt64LE(BigInt(names.length), 24);
    longEnd.writeBigUInt64LE(BigInt(names.length), 32);
    longEnd.writeBigUInt64LE(BigInt(central.length), 40);
    longEnd.writeBigUInt64LE(BigInt(at), 48);
    longEnd.writeUInt32LE(0x07064b50, 56);
    longEnd.writeBigUInt64LE(BigInt(at + central.length), 64);
    longEnd.writeUInt32LE(1, 72);
  }
  return Buffer.concat([...entries, central, longEnd, end, Buffer.from(comment)]);
}

export const officeNames = (folder: string) => [
  '[Content_Types].xml',
  '_rels/.rels',
  `${folder}/document.xml`,
];

/** A TAR with one file. */
export function tar(): Buffer {
  const header = Buffer.alloc(512);
  header.write('a.txt', 0, 'latin1');
  header.write('0000644\0', 100, 'latin1');
  header.write('00000000001\0', 124, 'latin1');
  header.write('        ', 148, 'latin1');
  header.write('0', 156, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([header, Buffer.alloc(512 * 3)]);
}

export function cabinet(): Buffer {
  return Buffer.concat([Buffer.from('MSCF'), Buffer.alloc(60)]);
}

export function flash(signature: 'FWS' | 'CWS'): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.write(signature, 0, 'latin1');
  bytes[3] = 8;
  bytes.writeUInt32LE(bytes.length, 4);
  return bytes;
}

/** Two colours; with names, the same again in the second version. */
export function swatches({ named = false } = {}): Buffer {
  const colours = Buffer.alloc(24);
  colours.writeUInt16BE(1, 0);
  colours.writeUInt16BE(2, 2);
  colours.writeUInt16BE(65_535, 6);
  return named ? Buffer.concat([colours, Buffer.from([0, 2, 0, 2]), Buffer.alloc(40)]) : colours;
}

export function canonRaw(): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.write('II*\0', 0, 'latin1');
  bytes.writeUInt32LE(16, 4);
  bytes.write('CR\x02\0', 8, 'latin1');
  return bytes;
}

/** An OLE compound file whose directory, in the first sector, has these streams. */
export function ole(...streams: string[]): Buffer {
  const header = Buffer.alloc(512);
  header.set([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
  header.writeUInt16LE(9, 30);
  header.writeUInt32LE(0, 48);
  const entries = ['Root Entry', ...streams].map((name) => {
    const entry = Buffer.alloc(128);
    entry.write(name, 0, 'utf16le');
    entry.writeUInt16LE((name.length + 1) * 2, 64);
    return entry;
  });
  return Buffer.concat([header, ...entries, Buffer.alloc(512)]);
}

/** A Windows Media file with one stream. */
export function asf(stream: 'audio' | 'video'): Buffer {
  const types = {
    audio: '409e69f84d5bcf11a8fd00805f5c442b',
    video: 'c0ef19bc4d5bcf11a8fd00805f5c442b',
  };
  const header = Buffer.from('3026b2758e66cf11a6d900aa0062ce6c', 'hex');
  const properties = Buffer.from('9107dcb7b7a9cf118ee600c00c205365', 'hex');
  const length = Buffer.alloc(8);
  length.writeUInt32LE(78);
  const type = Buffer.from(types[stream], 'hex');
  return Buffer.concat([header, Buffer.alloc(14), properties, length, type, Buffer.alloc(64)]);
}

/** In the mode Multichannel, so that it holds no picture. */
export function photoshop(): Buffer {
  return psdFile({ width: 1, height: 1, mode: 7, planes: [[7]] });
}

export function inDesign(): Buffer {
  const magic = [
    0x06, 0x06, 0xed, 0xf5, 0xd8, 0x1d, 0x46, 0xe5, 0xbd, 0x31, 0xef, 0xe7, 0xfe, 0x74, 0xb7, 0x1d,
  ];
  return Buffer.concat([Buffer.from(magic), Buffer.alloc(64)]);
}

/** An EPS with a preview before it. */
export function binaryEps(): Buffer {
  return Buffer.concat([Buffer.from([0xc5, 0xd0, 0xd3, 0xc6]), Buffer.alloc(64)]);
}

export const svgRoot =
  '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 24 16">';
