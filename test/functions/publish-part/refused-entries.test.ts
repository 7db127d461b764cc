import { describe, expect, it } from 'vitest';
import { emptyByServer } from '../../../domain/jobs/counts.ts';
import { noCounts } from '../../../domain/jobs/job.ts';
import type { PlanEntry } from '../../../domain/jobs/part.ts';
import { publishPart } from '../../../functions/publish-part/publish-part.ts';
import { anAsset, aPublishJob, company, jobIdOf } from '../../support/builders.ts';
import { publishCloud } from '../../support/publish-cloud.ts';

const id = jobIdOf(1);
const secret = 'User: arn:aws:sts::123456789012:assumed-role/publish-part is not authorized';

const refusals = [
  ['AccessDenied', 403],
  ['NoSuchBucket', 404],
  ['NoSuchKey', 404],
  ['NoSuchVersion', 404],
  ['EntityTooLarge', 400],
  ['InvalidRequest', 400],
  ['KeyTooLongError', 400],
  ['MetadataTooLarge', 400],
  ['InvalidObjectState', 403],
] as const;

describe('an asset that the storage refuses for good', () => {
  it.each(
    refusals.flatMap(([name, status]) =>
      (['copyToOrigin', 'recordPublication'] as const).map((step) => [name, step, status] as const),
    ),
  )(
    'with %s at %s is one error entry without a text of AWS, and the others are published',
    async (name, step, status) => {
      const cloud = publishCloud();
      const job = aPublishJob({ status: 'running', counts: { ...noCounts, total: 3 } });
      cloud.jobs.set(id, { ...job, perServer: emptyByServer(job.servers) });
      const entries = ['a0', 'a1', 'a2'].map((asset): PlanEntry => {
        cloud.put(anAsset({ id: asset }));
        return { id: asset, type: 'image', version: 1, servers: ['image-serving'], bytes: 1_000 };
      });
      cloud.files.set('part', JSON.stringify(entries));
      cloud.fault = (call, when, args) => {
        const [asset] = args as [{ id: string }];
        if (call === step && when === 'before' && asset.id === 'a1')
          throw Object.assign(new Error(secret), { name, $metadata: { httpStatusCode: status } });
      };
      const event = { company, jobId: id, level: 0, part: 0, key: 'part' };
      const { counts } = await publishPart(event, cloud.dependencies);
      expect(counts).toMatchObject({ total: 3, done: 2, errors: 1 });
      const entry = cloud.log(id).find(({ asset }) => asset === 'a1');
      expect(entry).toMatchObject({ outcome: 'error', message: expect.stringContaining(`(${name})`) });
      expect(entry?.message).not.toMatch(/arn:|123456789012|not authorized/);
    },
  );
});
