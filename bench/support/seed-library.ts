/** Writes a library into a local cloud as uploads would leave it, with the stores of the project but without uploading. */
import { randomBytes } from 'node:crypto';
import {
  DeleteObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { assetItem } from '../../adapters/dynamodb/assets/asset-store.ts';
import { versionItem } from '../../adapters/dynamodb/assets/version-store.ts';
import { batchWrite } from '../../adapters/dynamodb/table/batch-write.ts';
import { type Asset, masterKey } from '../../domain/assets/asset.ts';
import { afterPublishing } from '../../domain/assets/publish-state.ts';
import { defaultSettings } from '../../domain/companies/settings.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { type BenchCloud, company } from './bench-cloud.ts';

type SeedTarget = Pick<BenchCloud, 's3' | 'documents' | 'output'>;

/** Bytes of every seeded image. */
export const imageBytes = 100_000;

const mimeType = 'image/jpeg';
const putsAtATime = 16;
/** Objects in one DeleteObjects request. */
const maxDeletes = 1_000;
/** Records that are created and written together, so that a library of 100,000 is never in memory as a whole. */
const recordsAtATime = 5_000;
const seededAt = '2026-11-01T00:00:00.000Z';

/** Writes different images of exactly `imageBytes` into the masters bucket, with pending records. */
export async function seedImages(place: SeedTarget, count: number): Promise<Asset[]> {
  const pictures = await noisePictures(20);
  const [first] = pictures;
  if (!first) throw new Error('The list of pictures is empty');
  const numbers = Array.from({ length: count }, (_, number) => number);
  const assets = await inParallel(numbers, putsAtATime, async (number) => {
    const asset = pendingAsset(`image-${String(number).padStart(6, '0')}`);
    const Body = Buffer.from(pictures[number % pictures.length] ?? first);
    // After the end of the picture, which decoders ignore.
    Body.writeUInt32BE(number, Body.length - 4);
    const { VersionId = '' } = await place.s3.send(
      new PutObjectCommand({
        Bucket: place.output('MastersBucket'),
        Key: asset.masterKey,
        Body,
        ContentType: mimeType,
      }),
    );
    return { ...asset, masterVersionId: VersionId };
  });
  await writeRecords(place, assets, { versions: true });
  return assets;
}

/** Writes records of live images without pending changes and without objects. */
export async function seedLiveRecords(place: SeedTarget, from: number, to: number): Promise<void> {
  for (let start = from; start < to; start += recordsAtATime) {
    const assets = Array.from({ length: Math.min(recordsAtATime, to - start) }, (_, index) => {
      const asset = pendingAsset(`live-${String(start + index).padStart(7, '0')}`);
      return afterPublishing(asset, ['image-serving'], { by: 'bench', at: seededAt });
    });
    await writeRecords(place, assets);
  }
}

/** Writes records as they are given, so that pending ones are pending again. */
export async function writeRecords(
  { documents, output }: Pick<SeedTarget, 'documents' | 'output'>,
  assets: readonly Asset[],
  { versions = false } = {},
): Promise<void> {
  const items = assets.flatMap((asset) => [
    { put: assetItem(asset, defaultSettings) },
    ...(versions ? [{ put: { ...versionItem(asset) } }] : []),
  ]);
  await batchWrite(documents, output('AssetTable'), items);
}

/** A pending record of an image that was not uploaded. */
export function pendingAsset(id: string): Asset {
  return {
    company,
    id,
    folder: '/bench/',
    fileName: `${id}.jpg`,
    type: 'image',
    mimeType,
    bytes: imageBytes,
    width: 400,
    height: 300,
    colourSpace: 'srgb',
    hasAlpha: false,
    version: 1,
    masterKey: masterKey(company, id),
    masterVersionId: 'none',
    intent: 'pending',
    publications: {},
    uploadedAt: seededAt,
    created: seededAt,
    createdBy: 'bench',
    modified: seededAt,
    modifiedBy: 'bench',
  };
}

/** Deletes all objects of a bucket below a prefix. @returns how many there were */
export async function emptyBucket(s3: S3Client, bucket: string, prefix: string): Promise<number> {
  let deleted = 0;
  for (;;) {
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: maxDeletes }),
    );
    if (Contents.length === 0) return deleted;
    const Objects = Contents.map(({ Key = '' }) => ({ Key }));
    await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }));
    deleted += Objects.length;
  }
}

/** Draws noise, because it makes JPEG files as large as photographs. */
async function noisePictures(count: number): Promise<Buffer[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const raw = { width: 400, height: 300, channels: 3 } as const;
      const picture = sharp(randomBytes(400 * 300 * 3), { raw })
        .blur(0.6)
        .jpeg({ quality: 60 });
      const bytes = await picture.toBuffer();
      if (bytes.length > imageBytes - 4) throw new Error(`A picture has ${bytes.length} bytes`);
      return Buffer.concat([bytes, Buffer.alloc(imageBytes - bytes.length)]);
    }),
  );
}
