import { describe, expect, it } from 'vitest';
import { trashAsset } from '../../../application/library/trash-asset.ts';
import { ingestUpload } from '../../../functions/ingest-upload/ingest-upload.ts';
import { company, uploadWorld } from './upload-world.ts';

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
    const world = uploadWorld();
    world.addJob(jobId, ['shoe.png', 'boot.png']);
    world.arrive(jobId, 1, '2026-11-24T09:00:01.000Z');
    world.arrive(jobId, 2, '2026-11-24T09:00:01.000Z');
    world.interfere = async (call, when) => {
      if (call === step && when === 'before')
        throw Object.assign(new Error(secret), { name, $metadata: { httpStatusCode: status } });
    };
    await ingestUpload({ company, jobId, file: 1, lastAttempt: false }, world.dependencies);
    world.interfere = async () => {};
    await ingestUpload({ company, jobId, file: 2, lastAttempt: false }, world.dependencies);

    const entry = world.files.get(`${jobId}/1`)?.logEntry;
    expect(entry).toMatchObject({ outcome: 'error', message: expect.stringContaining(`(${name})`) });
    expect(entry?.message).not.toMatch(/arn:|123456789012|not authorized/);
    expect(world.jobs.get(jobId)).toMatchObject({
      status: 'completed-with-errors',
      counts: { total: 2, done: 1, errors: 1 },
    });
    expect(world.warnings).not.toEqual([]);
    expect(world.staged.size).toBe(0);
  });

  it('is in the library if only its publication failed, and can be put into the trash', async () => {
    const world = uploadWorld();
    world.addJob(jobId, ['shoe.png']);
    world.arrive(jobId, 1, '2026-11-24T09:00:01.000Z');
    const denied = Object.assign(new Error(secret), {
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
    });
    world.interfere = async (call) => {
      if (call === 'copyToOrigin') throw denied;
    };
    await ingestUpload({ company, jobId, file: 1, lastAttempt: false }, world.dependencies);
    const asset = world.assets.get('shoe');
    if (!asset) throw new Error('There is no asset');
    expect(world.files.get(`${jobId}/1`)?.logEntry).toMatchObject({
      asset: 'shoe',
      message:
        'shoe.png: created, but could not be published. image-serving: access to the storage was denied (AccessDenied)',
    });
    const { trashed, warnings } = await trashAsset(
      asset,
      { by: 'ann', at: '2026-11-24T09:10:00.000Z', settings: world.settings },
      {
        getAsset: world.dependencies.getAsset,
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
    const world = uploadWorld();
    world.addJob(jobId, ['shoe.png']);
    world.arrive(jobId, 1, '2026-11-24T09:00:01.000Z');
    world.interfere = async (call) => {
      if (call === 'buildSets')
        throw Object.assign(new Error(secret), {
          name: 'ValidationException',
          $metadata: { httpStatusCode: 400 },
        });
    };
    await ingestUpload({ company, jobId, file: 1, lastAttempt: false }, world.dependencies);
    expect(world.jobs.get(jobId)?.status).toBe('succeeded');
  });
});
