import { createHash } from 'node:crypto';
import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { readMasterRange } from '../../../adapters/s3/master-range.ts';
import { zipDownloads } from '../../../adapters/s3/zip-downloads.ts';
import {
  type ZipDownload,
  type ZippedAsset,
  zipPartBytes,
  zipPrefix,
} from '../../../domain/library/zip-download.ts';
import { zipLayout } from '../../../domain/library/zip-layout.ts';
import { zipNames } from '../../../domain/library/zip-names.ts';
import { type ZipAssetsDependencies, zipAssets } from '../../../functions/zip-assets/zip-assets.ts';
import { company, jobIdOf } from '../../support/builders.ts';
import { cloudNames } from '../../support/cloud-names.ts';
import { memoryCloud } from '../../support/memory-cloud.ts';
import { type ReadZipEntry, readZip } from '../../support/read-zip.ts';

const place = { company, id: jobIdOf(1) };
const event = { Records: [{ body: JSON.stringify(place) }] } as SQSEvent;
const at = '2026-11-24T08:30:00.000Z';

/** Bytes that differ from each other, and from those of another file. */
function bytesOf(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed + 1;
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

interface Given {
  readonly folder?: string;
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

/** A cloud with masters and a requested ZIP file of them. */
async function cloudWith(given: readonly Given[]) {
  const cloud = memoryCloud();
  const { s3 } = cloud.clients;
  const masters = cloud.buckets[cloudNames.MASTERS_BUCKET];
  const paths = zipNames(given.map(({ folder = '/', fileName }) => ({ folder, fileName })));
  const files = given.map(({ bytes }, index): ZippedAsset => {
    const masterKey = `${company}/a${index}`;
    const { versionId } = masters.put(masterKey, bytes);
    // A newer version, which is not in the ZIP file.
    masters.put(masterKey, 'new');
    return {
      id: `a${index}`,
      path: paths[index] ?? '',
      bytes: bytes.length,
      modified: at,
      masterKey,
      versionId,
    };
  });
  const downloads = zipDownloads(s3, cloudNames.JOBS_BUCKET);
  const download: ZipDownload = {
    ...place,
    at,
    by: 'ann',
    requestedAt: at,
    revision: 0,
    files: files.length,
    bytes: zipLayout(files).bytes,
    leftOut: [],
  };
  await downloads.writeZipList(place, 0, files);
  await downloads.writeDownload(download);
  const requests: unknown[] = [];
  const dependencies: ZipAssetsDependencies = {
    ...downloads,
    readRange: (master, range) => readMasterRange(s3, cloudNames.MASTERS_BUCKET, master, range),
    requestZip: async (request) => void requests.push(request),
    timeLeft: () => 900_000,
    now: () => at,
  };
  const zip = () => cloud.buckets[cloudNames.JOBS_BUCKET].get(`${zipPrefix}${company}/${place.id}/files.zip`);
  const entries: ReadZipEntry[] = given.map(({ bytes }, index) => ({
    path: paths[index] ?? '',
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  }));
  return { cloud, masters, files, downloads, dependencies, requests, zip, entries };
}

/** Calls zip-assets as its queue does, until the ZIP file is complete. @returns the number of calls */
async function writeToEnd(
  { requests }: { readonly requests: unknown[] },
  dependencies: ZipAssetsDependencies,
): Promise<number> {
  for (let calls = 1; ; calls += 1) {
    requests.length = 0;
    await zipAssets(event, dependencies);
    if (requests.length === 0) return calls;
    expect(requests).toEqual([place]);
  }
}

const some: readonly Given[] = [
  { fileName: 'empty.txt', bytes: new Uint8Array() },
  { folder: '/été/', fileName: 'ü.jpg', bytes: bytesOf(1_000, 1) },
  { folder: '/../', fileName: '../../evil.txt', bytes: bytesOf(10, 2) },
  { fileName: '/etc/passwd', bytes: bytesOf(20, 3) },
  { fileName: 'same.jpg', bytes: bytesOf(30, 4) },
  { fileName: 'SAME.jpg', bytes: bytesOf(40, 5) },
  { folder: '/films/', fileName: 'film.mov', bytes: bytesOf(2 * zipPartBytes + 12_345, 6) },
  { fileName: 'after.txt', bytes: bytesOf(50, 7) },
];

describe('zip-assets', () => {
  it('writes a ZIP file that Python reads, with every file and safe names', async () => {
    const world = await cloudWith(some);
    expect(await writeToEnd(world, world.dependencies)).toBe(1);
    const zip = world.zip();
    expect(zip?.type).toBe('application/zip');
    expect(zip?.body.length).toBe(zipLayout(world.files).bytes);
    expect(readZip(zip?.body ?? new Uint8Array())).toEqual(world.entries);
    expect(world.cloud.openUploads()).toBe(0);
  });

  it('writes the same ZIP file in one call and in a call for each upload part', async () => {
    const whole = await cloudWith(some);
    await writeToEnd(whole, whole.dependencies);
    const world = await cloudWith(some);
    expect(await writeToEnd(world, { ...world.dependencies, timeLeft: () => 1_000 })).toBe(3);
    expect(Buffer.compare(world.zip()?.body ?? Buffer.of(), whole.zip()?.body ?? Buffer.of())).toBe(0);
  });

  it('continues after a fault at any of its requests', async () => {
    const world = await cloudWith(some);
    let wanted = 1;
    for (let fault = 1; world.zip() === undefined; fault += 1) {
      let left = wanted;
      const failing = Object.fromEntries(
        Object.entries(world.dependencies).map(([name, operation]) => [
          name,
          name === 'timeLeft' || name === 'now'
            ? operation
            : (...given: unknown[]) => {
                left -= 1;
                if (left === 0) return Promise.reject(new Error('S3 is down'));
                return (operation as (...all: unknown[]) => unknown)(...given);
              },
        ]),
      ) as unknown as ZipAssetsDependencies;
      await zipAssets(event, failing).catch((error: unknown) =>
        expect(String(error)).toContain('S3 is down'),
      );
      wanted += 1;
      expect(fault).toBeLessThan(60);
    }
    expect(readZip(world.zip()?.body ?? Buffer.of())).toEqual(world.entries);
  });

  it('leaves out a file that has been deleted meanwhile, and says so', async () => {
    const world = await cloudWith(some);
    const gone = world.files[6];
    if (!gone) throw new Error('There is no film');
    world.masters.delete(gone.masterKey, gone.versionId);
    expect(await writeToEnd(world, world.dependencies)).toBe(2);
    expect(readZip(world.zip()?.body ?? Buffer.of())).toEqual(world.entries.filter((_, at) => at !== 6));
    expect(await world.downloads.findDownload(place)).toMatchObject({
      revision: 1,
      files: some.length - 1,
      bytes: world.zip()?.body.length,
      leftOut: [{ id: gone.id, message: `The file of ${gone.id} is not kept any more` }],
    });
  });

  it('writes an empty ZIP file if every file has been deleted meanwhile', async () => {
    const world = await cloudWith(some.slice(1, 3));
    for (const { masterKey, versionId } of world.files) world.masters.delete(masterKey, versionId);
    await writeToEnd(world, world.dependencies);
    expect(readZip(world.zip()?.body ?? Buffer.of())).toEqual([]);
  });

  it('begins again if S3 has aborted the upload', async () => {
    const world = await cloudWith(some);
    await zipAssets(event, { ...world.dependencies, timeLeft: () => 1_000 });
    const progress = await world.downloads.findZipProgress(place, 0);
    if (!progress) throw new Error('Nothing was recorded');
    await world.downloads.writeZipProgress(place, 0, { ...progress, uploadId: 'lost' });
    expect(await writeToEnd(world, world.dependencies)).toBe(2);
    expect(readZip(world.zip()?.body ?? Buffer.of())).toEqual(world.entries);
  });

  it('does nothing if the ZIP file is complete or has expired', async () => {
    const world = await cloudWith(some.slice(0, 2));
    await writeToEnd(world, world.dependencies);
    const unused = { ...world.dependencies, beginZip: () => Promise.reject(new Error('begun')) };
    await zipAssets(event, unused);
    await zipAssets(event, { ...unused, findDownload: async () => undefined });
  });

  it('writes 10,000 files, and reads no more at a time than an upload part', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({
      folder: `/${index % 100}/`,
      fileName: 'photo.jpg',
      bytes: bytesOf(4_000, index),
    }));
    const world = await cloudWith(many);
    let reading = 0;
    let most = 0;
    await writeToEnd(world, {
      ...world.dependencies,
      async readRange(master, range) {
        reading += range.to - range.from;
        most = Math.max(most, reading);
        const bytes = await world.dependencies.readRange(master, range);
        reading -= range.to - range.from;
        return bytes;
      },
    });
    expect(most).toBeLessThanOrEqual(zipPartBytes);
    expect(readZip(world.zip()?.body ?? Buffer.of())).toEqual(world.entries);
  });
});
