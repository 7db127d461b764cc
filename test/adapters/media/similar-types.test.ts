/** Files that begin like those of another type are not taken for it. */
import { describe, expect, it } from 'vitest';
import { readUpload } from '../../support/images/read-upload.ts';
import * as sample from './sample-files.ts';

const bytes = (...values: number[]) => Buffer.from(values);
const u16 = (value: number) => bytes(value >> 8, value & 255);
const u32 = (value: number) => Buffer.concat([u16(value >>> 16), u16(value & 0xffff)]);

const gd = (width: number, height: number) =>
  Buffer.concat([
    bytes(0xff, 0xfe),
    u16(width),
    u16(height),
    bytes(1, 0xff, 0xff, 0xff, 0xff),
    Buffer.alloc(width * height * 4, 0x40),
  ]);
const gdPalette = (width: number, height: number) =>
  Buffer.concat([
    bytes(0xff, 0xff),
    u16(width),
    u16(height),
    bytes(0, 0, 2, 0xff, 0xff, 0xff, 0xff),
    Buffer.alloc(1_024 + width * height, 1),
  ]);

/** A resource fork with one resource of each type. */
function resourceFork(...types: string[]): Buffer {
  const data = Buffer.alloc(64, 7);
  const list = Buffer.concat([
    u16(types.length - 1),
    ...types.map((type) => Buffer.concat([Buffer.from(type, 'latin1'), u16(0), u16(10)])),
  ]);
  const map = Buffer.concat([Buffer.alloc(24), u16(28), u16(28 + list.length), list]);
  return Buffer.concat([
    u32(256),
    u32(256 + data.length),
    u32(data.length),
    u32(map.length),
    Buffer.alloc(240),
    data,
    map,
  ]);
}

const icon = (kind: 1 | 2, offset = 22) => {
  const entry = Buffer.alloc(16);
  entry.set([16, 16, 0, 0]);
  entry.writeUInt32LE(40, 8);
  entry.writeUInt32LE(offset, 12);
  return Buffer.concat([bytes(0, 0, kind, 0, 1, 0), entry, Buffer.alloc(40)]);
};

function targa(type: number, depth: number): Buffer {
  const header = Buffer.alloc(18);
  header[2] = type;
  header.writeUInt16LE(8, 12);
  header.writeUInt16LE(4, 14);
  header[16] = depth;
  return Buffer.concat([header, Buffer.alloc((8 * 4 * depth) / 8, 9)]);
}

const random = (seed: number, length: number) => {
  let state = seed;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return state >> 16;
    }),
  );
};

const frames = (first: number[], length: number, count = 3) => {
  const frame = Buffer.alloc(length);
  frame.set(first);
  return Buffer.concat(Array.from({ length: count }, () => frame));
};

describe('a file that begins like audio or video', () => {
  it.each<[string, Buffer, string, string]>([
    [
      'a GD picture in true colour',
      gd(16, 12),
      'a.gd',
      'The file is a GD picture, which the image server cannot decode; save it as PNG',
    ],
    ['a large GD picture', gd(300, 200), 'a.mp3', 'a GD picture'],
    ['a GD picture with a palette', gdPalette(16, 12), 'a.gd', 'a GD picture'],
    ['a GD2 picture', Buffer.concat([Buffer.from('gd2\0'), Buffer.alloc(40, 1)]), 'a.gd2', 'a GD picture'],
    [
      'UTF-16 with control characters',
      Buffer.from('\ufeff\u0001\u0002 no text at all', 'utf16le'),
      'a.txt',
      'of an unknown type',
    ],
    [
      'random bytes after the sync word of MP3',
      Buffer.concat([bytes(0xff, 0xfb, 0x90, 0x64), random(1, 4_000)]),
      'a.mp3',
      'of an unknown type',
    ],
    [
      'random bytes after the sync word of MP2',
      Buffer.concat([bytes(0xff, 0xfd, 0x80, 0x64), random(2, 4_000)]),
      'a.mp2',
      'of an unknown type',
    ],
    [
      'an MP3 with a bit rate that does not exist',
      frames([0xff, 0xfb, 0xf0, 0], 417),
      'a.mp3',
      'of an unknown type',
    ],
    [
      'random bytes after the sync word of AC-3',
      Buffer.concat([bytes(0x0b, 0x77, 0, 0, 0xff, 0xff), random(3, 500)]),
      'a.ac3',
      'of an unknown type',
    ],
    [
      'two bytes of a transport stream',
      (() => {
        const file = random(4, 2_000);
        file[0] = 0x47;
        file[188] = 0x47;
        return file;
      })(),
      'a.ts',
      'of an unknown type',
    ],
  ])('is not taken for it: %s', async (_, file, name, message) => {
    await expect(readUpload(file, name)).rejects.toMatchObject({
      code: 'upload.file-refused',
      message: expect.stringContaining(message),
    });
  });

  it.each<[string, Buffer, string, string]>([
    ['MP3', sample.mp3(), 'a.mp3', 'audio/mpeg'],
    ['MP3 with a tag', sample.taggedMp3(), 'a.mp3', 'audio/mpeg'],
    ['MP3 with one short frame', frames([0xff, 0xfb, 0x90, 0], 300, 1), 'a.mp3', 'audio/mpeg'],
    ['MP3 with padding', frames([0xff, 0xfb, 0x92, 0], 418), 'a.mp3', 'audio/mpeg'],
    ['MP3 of MPEG-2', frames([0xff, 0xf3, 0x80, 0], 208), 'a.mp3', 'audio/mpeg'],
    ['MP2', frames([0xff, 0xfd, 0x84, 0], 384), 'a.mp2', 'audio/mpeg'],
    ['AC-3', frames([0x0b, 0x77, 0, 0, 0x14, 0x40, 0x43], 768), 'a.ac3', 'audio/vnd.dolby.dd-raw'],
    ['a transport stream', sample.transportStream(), 'a.ts', 'video/mp2t'],
    ['a transport stream with time stamps', frames([0, 0, 0, 0, 0x47, 0x40], 192, 6), 'a.m2ts', 'video/mp2t'],
  ])('is taken: %s', async (_, file, name, mimeType) => {
    expect((await readUpload(file, name)).facts.mimeType).toBe(mimeType);
  });
});

describe('a file that begins like a Windows icon', () => {
  it.each<[string, Buffer, string, string]>([
    [
      'a font suitcase',
      resourceFork('FOND', 'NFNT'),
      'a.suit',
      'The file is a Macintosh font suitcase; convert its fonts to TTF or OTF',
    ],
    [
      'a font suitcase with TrueType',
      resourceFork('vers', 'sfnt', 'FOND'),
      'a.dfont',
      'a Macintosh font suitcase',
    ],
    ['a font suitcase without an extension', resourceFork('FONT'), 'Courier', 'a Macintosh font suitcase'],
    ['another resource file', resourceFork('PICT', 'STR '), 'a.rsrc', 'a Macintosh resource file'],
    ['an icon', icon(1), 'a.ico', 'a Windows icon'],
    ['a cursor', icon(2), 'a.cur', 'a Windows cursor'],
    ['an icon whose picture is outside of it', icon(1, 4_000), 'a.ico', 'of an unknown type'],
    ['a Targa image', targa(2, 24), 'a.tga', 'a Targa image, which the image server cannot decode'],
    ['a Targa image with alpha and another name', targa(2, 32), 'a.png', 'a Targa image'],
    ['a compressed Targa image', targa(10, 24), 'a.tga', 'a Targa image'],
    ['a gray Targa image', targa(3, 8), 'a.tga', 'a Targa image'],
    [
      'zeros after the first bytes',
      Buffer.concat([bytes(0, 0, 1, 0), Buffer.alloc(100)]),
      'a.bin',
      'of an unknown type',
    ],
  ])('is refused by its own name: %s', async (_, file, name, message) => {
    await expect(readUpload(file, name)).rejects.toMatchObject({
      code: 'upload.file-refused',
      message: expect.stringContaining(message),
    });
  });
});
