import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headBytes } from '../../../adapters/media/media-file.ts';
import { readMedia } from '../../../adapters/media/read-media.ts';
import { Failure } from '../../../domain/failure.ts';
import { imageReaders } from '../../support/images/read-upload.ts';
import * as sample from './sample-files.ts';

const samples = [
  sample.isoMedia('isom'),
  sample.ebml('webm'),
  sample.riff('WAVE'),
  sample.aiff(),
  sample.ogg('vorbis'),
  sample.flac(),
  sample.taggedMp3(),
  sample.aac(),
  sample.transportStream(),
  sample.asf('video'),
  sample.sfnt('OTTO'),
  sample.fontCollection(),
  sample.woff('wOF2'),
  sample.pfb(),
  sample.pfm(),
  sample.iccProfile(),
  sample.zip(['a.txt', 'b.txt'], { comment: 'hi' }),
  sample.zip(sample.officeNames('word'), { long: true }),
  sample.tar(),
  sample.ole('WordDocument'),
  sample.binaryEps(),
  Buffer.from(
    `<?xml version="1.0"?>${sample.svgRoot}<style>a{fill:url(#x)}</style><use xlink:href="#a"/></svg>`,
  ),
  Buffer.from('\ufeffWEBVTT\n', 'utf16le'),
  Buffer.from('%PDF-1.7\n%%EOF'),
];

const names = ['a', 'a.zip', 'a.svg', 'a.txt', 'a.vnt', 'a.ttf', 'a.wma', 'a.doc'];

/** @returns what kept it from being taken; undefined where it is taken */
async function read(bytes: Buffer, fileName: string, allowActiveContent: boolean): Promise<unknown> {
  const file = {
    fileName,
    declaredType: 'application/octet-stream',
    bytes: bytes.length,
    head: bytes.subarray(0, headBytes),
    readRange: async (first: number, length: number) => {
      // S3 answers 416 for a part that begins behind the end.
      if (first < 0 || length < 1 || first >= bytes.length)
        throw new Error(`no such part: ${first}, ${length}`);
      return bytes.subarray(first, first + length);
    },
    readAll: async () => bytes,
  };
  return readMedia(file, { allowActiveContent }, imageReaders).then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function expectDetected(bytes: Buffer, name: string, active: boolean): Promise<void> {
  const reason = await read(bytes, name, active);
  if (reason === undefined) return;
  expect(reason, String(reason)).toBeInstanceOf(Failure);
  expect(reason).toMatchObject({
    code: 'upload.file-refused',
    message: expect.not.stringMatching(/undefined|NaN/),
  });
}

describe('ingest accepts or refuses a damaged file without failing', () => {
  it('whichever bytes are changed, and wherever the file is cut off', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...samples),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        fc.option(fc.nat(), { nil: undefined }),
        fc.constantFrom(...names),
        fc.boolean(),
        async (whole, changes, cut, name, active) => {
          const bytes = Buffer.from(cut === undefined ? whole : whole.subarray(0, (cut % whole.length) + 1));
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          await expectDetected(bytes, name, active);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('for any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...samples),
        fc.nat(60),
        fc.uint8Array({ minLength: 1, maxLength: 600 }),
        fc.constantFrom(...names),
        async (start, kept, rest, name) => {
          await expectDetected(Buffer.concat([start.subarray(0, kept), rest]), name, true);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('for any text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(
          '',
          sample.svgRoot,
          '<?xml version="1.0"?>',
          '<!DOCTYPE ',
          '<a ',
          '<svg xmlns="http://www.w3.org/2000/svg"><style>',
        ),
        fc.string({ unit: 'binary' }),
        fc.constantFrom(...names),
        async (start, rest, name) => expectDetected(Buffer.from(start + rest), name, false),
      ),
      { numRuns: 2_000 },
    );
  });

  const mebibyte = 1024 * 1024;
  it.each([
    ['elements within each other', 'a.xml', '<a>'.repeat(mebibyte)],
    [
      'siblings at the bottom of a document',
      'a.xml',
      '<a>'.repeat(127) + '<b/>'.repeat(mebibyte) + '</a>'.repeat(127),
    ],
    [
      'attributes',
      'a.svg',
      `<svg xmlns="http://www.w3.org/2000/svg" ${Array.from({ length: 100_000 }, (_, n) => `a${n}="url(#a)"`).join(' ')}/>`,
    ],
    [
      'namespaces that never end',
      'a.svg',
      `${sample.svgRoot}<style>${'@namespace'.repeat(mebibyte)}</style></svg>`,
    ],
    ['addresses that never end', 'a.svg', `${sample.svgRoot}<style>${'url('.repeat(mebibyte)}</style></svg>`],
    ['escapes', 'a.svg', `${sample.svgRoot}<style>${'\\6 '.repeat(mebibyte)}</style></svg>`],
    ['comments before the first element', 'a.svg', '<!---->'.repeat(9_000)],
    ['a DOCTYPE of quotes', 'a.svg', `<!DOCTYPE svg ${'"" '.repeat(mebibyte)}><svg/>`],
    ['line breaks after a number', 'a.srt', `1${'\n'.repeat(60_000)}x`],
    ['blanks', 'a.svg', ' '.repeat(60_000)],
  ])(
    'however many %s it has',
    async (_, name, content) => {
      const started = performance.now();
      await expectDetected(Buffer.from(content), name, false);
      expect(performance.now() - started).toBeLessThan(10_000);
    },
    30_000,
  );
});
