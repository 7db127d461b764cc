import { describe, expect, it } from 'vitest';
import { trashAsset } from '../../../application/library/trash-asset.ts';
import { ingestUpload } from '../../../functions/ingest-upload/ingest-upload.ts';
import { company } from '../../support/builders.ts';
import { uploadCloud } from '../../support/upload-cloud.ts';

const jobId = '01M868ZY4BTMHSX5Z3VJK1D3HA';
const secret = 'User: arn:aws:sts::123456789012:assumed-role/ingest is not authorized';

/** What AWS refuses for good, in the words of AWS. */
const refusals = [
  ['AccessDenied', 403],
  ['NoSuchBucket', 404],
  ['NoSuchKey', 404],
  ['EntityTooLarge', 400],
  ['InvalidRequest', 400],
  ['KeyTooLongError', 400],
  ['MetadataTooLarge', 400],
  ['InvalidObjectState', 403],
  ['ValidationException', 400],
] as const;

const steps = [
  'findStaged',
  'readMedia',
  'copyToMasters',
  'recordFile',
  'copyToOrigin',
  'recordPublication',
] as const;

const rows = refusals.flatMap(([name, status]) => steps.map((step) => [name, step, status] as const));

describe('a file that the storage refuses for good', () => {
  it.each(rows)('with %s at %s is an error entry, and its job ends at once', async (name, step, status) => {
    const cloud = uploadCloud();
    cloud.addJob(jobId, ['shoe.png', 'boot.png']);
    cloud.arrive(jobId, 1, '2026-11-24T09:00:01.000Z');
    cloud.arrive(jobId, 2, '2026-11-24T09:00:01.000Z');
    cloud.fault = (call, when) => {
      if (call === step && when === 'before')
        throw Object.assign(new Error(secret), { name, $metadata: { httpStatusCode: status } });
    };
    await ingestUpload({ company, jobId, file: 1, lastAttempt: false }, cloud.dependencies);
    cloud.fault = () => {};
    await ingestUpload({ company, jobId, file: 2, lastAttempt: false }, cloud.dependencies);

    const entry = cloud.files.get(`${jobId}/1`)?.logEntry;
    expect(entry).toMatchObject({ outcome: 'error', message: expect.stringContaining(`(${name})`) });
    expect(entry?.message).not.toMatch(/arn:|123456789012|not authorized/);
    expect(cloud.jobs.get(jobId)).toMatchObject({
      status: 'completed-with-errors',
      counts: { total: 2, done: 1, errors: 1 },
    });
    expect(cloud.warnings).not.toEqual([]);
    expect(cloud.staged()).toEqual([]);
  });

  it('is in the library if only its publication failed, and can be put into the trash', async () => {
    const cloud = uploadCloud();
    cloud.addJob(jobId, ['shoe.png']);
    cloud.arrive(jobId, 1, '2026-11-24T09:00:01.000Z');
    const denied = Object.assign(new Error(secret), {
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
    });
    cloud.fault = (call) => {
      if (call === 'copyToOrigin') throw denied;
    };
    await ingestUpload({ company, jobId, file: 1, lastAttempt: false }, cloud.dependencies);
    const asset = cloud.assets.get('shoe');
    if (!asset) throw new Error('There is no asset');
    expect(cloud.files.get(`${jobId}/1`)?.logEntry).toMatchObject({
      asset: 'shoe',
      message:
        'shoe.png: created, but could not be published. image-serving: access to the storage was denied (AccessDenied)',
    });
    const { trashed, warnings } = await trashAsset(
      asset,
      { by: 'ann', at: '2026-11-24T09:10:00.000Z', settings: cloud.settings },
      {
        getAsset: cloud.dependencies.getAsset,
        getAssets: async () => new Map(),
        replaceRecord: async () => true,
        derivedOf: async () => [],
        membershipsOf: async () => [],
        putWithdrawn: async () => {},
        deleteFromOrigin: async () => {
          throw denied;
        },
        warn: () => {},
      },
    );
    expect(trashed).toMatchObject([{ id: 'shoe', publications: {}, trashed: { by: 'ann' } }]);
    expect(warnings).toEqual([
      'shoe may still be delivered by image-serving: access to the storage was denied (AccessDenied). The daily clean-up tries to withdraw it again',
    ]);
  });

  it('ends its job even if its sets cannot be built', async () => {
    const cloud = uploadCloud();
    cloud.addJob(jobId, ['shoe.png']);
    cloud.arrive(jobId, 1, '2026-11-24T09:00:01.000Z');
    const buildSets = async () => {
      throw Object.assign(new Error(secret), {
        name: 'ValidationException',
        $metadata: { httpStatusCode: 400 },
      });
    };
    await ingestUpload({ company, jobId, file: 1, lastAttempt: false }, { ...cloud.dependencies, buildSets });
    expect(cloud.jobs.get(jobId)?.status).toBe('succeeded');
  });

  it('leaves its job to the call that settles the last file, which builds the sets first', async () => {
    const cloud = uploadCloud();
    cloud.addJob(jobId, ['shoe.png']);
    cloud.arrive(jobId, 1, '2026-11-24T09:00:01.000Z');
    const event = { company, jobId, file: 1, lastAttempt: false };
    await ingestUpload(event, { ...cloud.dependencies, buildSets: async () => false });
    expect(cloud.jobs.get(jobId)?.status).toBe('running');
    await ingestUpload(event, cloud.dependencies);
    expect(cloud.jobs.get(jobId)?.status).toBe('succeeded');
  });
});
