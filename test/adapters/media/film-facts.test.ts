import fc from 'fast-check';
import {
  BufferSource,
  BufferTarget,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MkvOutputFormat,
  MP4,
  Output,
} from 'mediabunny';
import { beforeAll, describe, expect, it } from 'vitest';
import { readFilmFacts } from '../../../adapters/media/film-facts.ts';
import { headBytes, type MediaFile } from '../../../adapters/media/media-file.ts';
import { makeFilm } from '../../../samples/make-samples.ts';
import { ebml, flac, isoMedia, mp3, ogg, riff, transportStream } from './sample-files.ts';

const fileOf = (bytes: Uint8Array, head = headBytes): MediaFile & { reads: number } => {
  const file = {
    fileName: 'film.mp4',
    declaredType: 'video/mp4',
    bytes: bytes.length,
    head: bytes.subarray(0, head),
    reads: 0,
    async readRange(first: number, length: number) {
      file.reads += 1;
      return bytes.subarray(first, first + length);
    },
    readAll: async () => bytes,
  };
  return file;
};

/** Seconds of silence: 8 kHz, 16 bits, one channel. */
function wav(seconds: number): Buffer {
  const data = seconds * 16_000;
  const bytes = Buffer.alloc(44 + data);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(36 + data, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(8_000, 24);
  bytes.writeUInt32LE(16_000, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(data, 40);
  return bytes;
}

/** The same film with the matrix of its track turned clockwise by 90 degrees (ISO 14496-12, 8.3.2). */
function turned(film: Buffer): Buffer {
  const copy = Buffer.from(film);
  const matrix = copy.indexOf('tkhd') + 4 + 40;
  for (const [index, value] of [0, 65_536, 0, -65_536, 0, 0].entries())
    copy.writeInt32BE(value, matrix + index * 4);
  return copy;
}

async function inMatroska(film: Buffer): Promise<Buffer> {
  const input = new Input({ formats: [MP4], source: new BufferSource(film) });
  const track = await input.getPrimaryVideoTrack();
  if (!track) throw new Error('The film has no video track');
  const target = new BufferTarget();
  const output = new Output({ format: new MkvOutputFormat(), target });
  const source = new EncodedVideoPacketSource('avc');
  output.addVideoTrack(source);
  await output.start();
  const decoderConfig = await track.getDecoderConfig();
  for await (const packet of new EncodedPacketSink(track).packets()) {
    await source.add(packet, { decoderConfig: decoderConfig ?? undefined } as never);
  }
  await output.finalize();
  return Buffer.from(target.buffer ?? new ArrayBuffer(0));
}

describe('the facts of a film', () => {
  let film: Buffer;
  beforeAll(async () => {
    film = await makeFilm();
  });

  const facts = {
    width: 320,
    height: 180,
    rotation: 0,
    duration: 2,
    frameRate: 12,
    videoCodec: expect.stringMatching(/^avc1\.[0-9a-f]{6}$/),
  };

  it('are its size, duration, codecs, rotation and frame rate', async () => {
    expect(await readFilmFacts(fileOf(film))).toEqual(facts);
  });

  it('have the size of the upright picture', async () => {
    expect(await readFilmFacts(fileOf(turned(film)))).toEqual({
      ...facts,
      width: 180,
      height: 320,
      rotation: 90,
    });
  });

  it('are read of Matroska, too', async () => {
    const { frameRate, ...found } = await readFilmFacts(fileOf(await inMatroska(film)));
    expect(found).toMatchObject({ width: 320, height: 180, rotation: 0 });
    // Its times are whole milliseconds.
    expect(Math.abs((frameRate ?? 0) - 12)).toBeLessThan(1);
  });

  it('of a sound are its duration and codec', async () => {
    expect(await readFilmFacts(fileOf(wav(3)))).toEqual({ duration: 3, audioCodec: 'pcm-s16' });
  });

  it('take few reads, and none of what was read already', async () => {
    const small = fileOf(film);
    await readFilmFacts(small);
    expect(small.reads).toBeLessThanOrEqual(film.length > headBytes ? 3 : 0);
    const large = fileOf(
      Buffer.concat([film, Buffer.from([0, 0x80, 0, 0]), Buffer.from('free'), Buffer.alloc(8_388_600)]),
    );
    expect(await readFilmFacts(large)).toMatchObject({ duration: 2 });
    expect(large.reads).toBeLessThanOrEqual(4);
  });

  it.each([
    ['an MP4 without a film', isoMedia('mp42')],
    ['a WebM without a film', ebml('webm')],
    ['an AVI', riff('AVI ')],
    ['an Ogg with one page', ogg('theora')],
    ['a transport stream without a film', transportStream()],
    ['a FLAC, which can keep the library in a loop', flac()],
    ['a playlist of other files', Buffer.from('#EXTM3U\n#EXTINF:4,\nhttps://example.com/a.ts\n')],
  ])('are none for %s', async (_, bytes) => {
    expect(await readFilmFacts(fileOf(bytes))).toEqual({});
  });

  it('of an MP3 with three frames are a part of a second', async () => {
    expect((await readFilmFacts(fileOf(mp3()))).duration).toBeLessThan(0.1);
  });

  it('are missing where the file is cut or damaged, and nothing throws', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: film.length }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: film.length - 1 }), fc.integer({ min: 0, max: 255 })), {
          maxLength: 40,
        }),
        async (length, changes) => {
          const bytes = Buffer.from(film);
          for (const [index, value] of changes) bytes[index] = value;
          const found = await readFilmFacts(fileOf(bytes.subarray(0, length), 512));
          for (const value of Object.values(found)) {
            expect(typeof value === 'string' || Number.isFinite(value)).toBe(true);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('pass on an error of the storage, so that the file is tried again', async () => {
    const file = { ...fileOf(film, 16), readRange: () => Promise.reject(new Error('SlowDown')) };
    await expect(readFilmFacts(file)).rejects.toThrow('SlowDown');
  });
});
