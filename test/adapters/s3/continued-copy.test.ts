/** Copies in parts that go on where an earlier call stopped, with S3 and the job table in memory. */
import { AbortMultipartUploadCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { copyProgressStore } from '../../../adapters/dynamodb/uploads/copy-progress-store.ts';
import { CopyUnfinished } from '../../../adapters/s3/copy-object.ts';
import { originBuckets, originCopies } from '../../../adapters/s3/origin-copies.ts';
import { copyToMasters } from '../../../adapters/s3/upload-object.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { anAsset } from '../../support/builders.ts';
import { cloudNames } from '../../support/cloud-names.ts';
import { memoryCloud } from '../../support/memory-cloud.ts';

const { JOB_TABLE, MASTERS_BUCKET: masters, UPLOAD_BUCKET: uploads } = cloudNames;
const gibibyte = 1024 ** 3;
const parts = 40;
const copy = { source: 'luma/job/1', target: 'luma/film', bytes: (parts * gibibyte) / 4, type: 'video/mp4' };

function setUp() {
  const cloud = memoryCloud();
  cloud.buckets[uploads].put(copy.source, 'a film', { size: copy.bytes });
  const partsSent = () => cloud.hook.calls.filter(({ command }) => command === 'UploadPartCopy').length;
  /** @param hasTime by the number of parts that were sent */
  const run = (hasTime: (sent: number) => boolean = () => true) => {
    const { documents, s3 } = cloud.clients;
    const store = copyProgressStore(documents, JOB_TABLE, () => Date.parse(cloud.now()));
    const progress = { ...store, hasTime: () => hasTime(partsSent()) };
    return copyToMasters(s3, { uploads, masters }, copy, progress);
  };
  const begun = () => cloud.hook.calls.filter(({ command }) => command === 'CreateMultipartUpload').length;
  return { cloud, run, partsSent, begun };
}

describe('a copy in parts', () => {
  it('whose time is up goes on in the next call, and copies no part twice', async () => {
    const { cloud, run, partsSent, begun } = setUp();
    await expect(run((sent) => sent < 10)).rejects.toThrow(CopyUnfinished);
    await expect(run((sent) => sent < 25)).rejects.toThrow(CopyUnfinished);
    expect(partsSent()).toBeLessThan(parts);
    const versionId = await run();
    expect([partsSent(), begun()]).toEqual([parts, 1]);
    expect(cloud.buckets[masters].get(copy.target, versionId)?.size).toBe(copy.bytes);
    expect([...cloud.tables.jobs.all()]).toEqual([]);
  });

  it('that S3 could not go on with at this moment goes on too', async () => {
    const { cloud, run, partsSent } = setUp();
    cloud.hook.onCall = async ({ command }, next) => {
      if (command === 'UploadPartCopy' && partsSent() > 20)
        throw Object.assign(new Error('slow down'), { name: 'SlowDown', $metadata: { httpStatusCode: 503 } });
      return next();
    };
    await expect(run()).rejects.toThrow('slow down');
    const sent = partsSent();
    cloud.hook.onCall = async (_, next) => next();
    await run();
    expect(partsSent() - sent).toBe(parts - 20);
  });

  it('that was dropped after a day begins again', async () => {
    const { cloud, run, begun } = setUp();
    await expect(run((sent) => sent < 10)).rejects.toThrow(CopyUnfinished);
    const [row] = [...cloud.tables.jobs.all()];
    const upload = { Bucket: masters, Key: copy.target, UploadId: String(row?.item.uploadId) };
    await cloud.clients.s3.send(new AbortMultipartUploadCommand(upload));
    await run();
    expect(begun()).toBe(2);
  });
});

describe('a copy to an origin', () => {
  it('goes on with the version that it began with, and begins a newer version anew', async () => {
    const cloud = memoryCloud();
    const object = { server: 'video', key: 'luma/film' } as const;
    const version = (number: number) => {
      const { versionId } = cloud.buckets[masters].put('luma/film', `film ${number}`, { size: copy.bytes });
      return anAsset({ id: 'film', type: 'video', bytes: copy.bytes, masterVersionId: versionId });
    };
    const sent = () => cloud.hook.calls.filter(({ command }) => command === 'UploadPartCopy');
    const run = (asset: Asset, limit = Number.POSITIVE_INFINITY) => {
      const store = copyProgressStore(cloud.clients.documents, JOB_TABLE, () => cloud.clock.time);
      const progress = { ...store, hasTime: () => sent().length < limit };
      return originCopies(cloud.clients.s3, masters, originBuckets(cloudNames), { progress }).copyToOrigin(
        asset,
        object,
      );
    };
    const first = version(1);
    await expect(run(first, 10)).rejects.toThrow(CopyUnfinished);
    const second = version(2);
    await expect(run(second, 20)).rejects.toThrow(CopyUnfinished);
    await run(second);
    expect(cloud.buckets[cloudNames.VIDEO_BUCKET].text(object.key)).toContain('film 2');
    expect(cloud.buckets[cloudNames.VIDEO_BUCKET].text(object.key)).not.toContain('film 1');
    await run(first);
    expect(cloud.buckets[cloudNames.VIDEO_BUCKET].text(object.key)).not.toContain('film 2');
    // Each version was copied once.
    expect(sent()).toHaveLength(2 * parts);
  });
});
