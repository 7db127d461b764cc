/** The image server of this project, with its true work: query, size, pixels, headers. Files take the place of S3. */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LambdaFunctionURLEvent } from 'aws-lambda';
import sharp from 'sharp';
import { encode } from '../../adapters/sharp/encode-image.ts';
import { makePlaceholder } from '../../adapters/sharp/placeholder.ts';
import { readImage } from '../../adapters/sharp/read-image.ts';
import { transformImage } from '../../adapters/sharp/transform-image.ts';
import type { OriginFacts } from '../../domain/delivery/origin-metadata.ts';
import { parseImageCommand } from '../../domain/delivery/parse-image-command.ts';
import { acceptedTypes } from '../../domain/uploads/accepted-types.ts';
import { serveImage } from '../../functions/serve-image/serve-image.ts';
import { serveImages } from './image-server.ts';

const folder = process.env.PHOTOS ?? '';

/** Milliseconds: longer than any image takes. */
const patience = 300_000;

serveImages({
  async make({ file, command }) {
    const response = await serveImage(eventOf(command), {
      async openObject() {
        const etag = `"${createHash('md5').update(file).digest('hex')}"`;
        const { facts, bytes } = await ingested(file);
        return {
          ...facts,
          etag,
          lastModified: new Date(0),
          bytes,
          // As S3's body: what is discarded is not read.
          read: () => readFile(join(folder, file)),
          discard: () => undefined,
        };
      },
      readReduction: () => readFile(reductionOf(file)),
      openVideoObject: async () => undefined,
      findObject: async () => undefined,
      transform: transformImage,
      readImages: async () => ({ presets: [] }),
      makePlaceholder,
      now: () => new Date(0),
      remainingTime: () => patience,
      report: (error) => console.error(error),
    });
    if (response.status !== 200) throw new Error(`${command}: ${Buffer.from(response.body).toString()}`);
    return response.body;
  },
  async encode({ file, format, quality }) {
    const { fmt, qlt } = parseImageCommand(`fmt=${format}&qlt=${quality}`);
    const { width, height } = await sharp(file).metadata();
    return encode(sharp(file), { fmt, qlt }, width * height).toBuffer();
  },
});

/** What ingest records of a photo, made once: size and reduction, which becomes a file. Without the focal point, since peers crop around the middle. */
const ingests = new Map<string, ReturnType<typeof ingest>>();

function ingested(file: string): ReturnType<typeof ingest> {
  const known = ingests.get(file) ?? ingest(file);
  ingests.set(file, known);
  return known;
}

const reductionOf = (file: string) => join(folder, `reduction-of-${file}`);

async function ingest(file: string): Promise<{
  readonly facts: Pick<OriginFacts, 'width' | 'height' | 'reduction'>;
  readonly bytes: number;
}> {
  const bytes = await readFile(join(folder, file));
  const { format } = await sharp(bytes).metadata();
  const accepted = Object.values(acceptedTypes).find(({ decoder }) => decoder === format);
  if (!accepted) throw new Error(`${file} is no image`);
  const { facts, reduction } = await readImage(bytes, accepted);
  const { width = 1, height = 1 } = facts;
  if (reduction) await writeFile(reductionOf(file), reduction.bytes);
  return {
    facts: { width, height, ...(reduction && { reduction: { divisor: reduction.divisor, name: file } }) },
    bytes: bytes.length,
  };
}

function eventOf(query: string): LambdaFunctionURLEvent {
  const rawPath = '/is/image/bench/photo';
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: query,
    headers: {},
    isBase64Encoded: false,
    requestContext: {
      requestId: 'bench',
      http: { method: 'GET', path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'bench' },
    },
  } as unknown as LambdaFunctionURLEvent;
}
