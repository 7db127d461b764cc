import { S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { planFiles } from '../../../adapters/s3/plan-files.ts';
import { manifestKey } from '../../../domain/jobs/job-file-names.ts';
import { keepTexts } from './memory-bucket.ts';

const s3 = mockClient(S3Client);
const files = planFiles(new S3Client({ region: 'eu-west-1' }), 'jobs');
let objects: Map<string, string>;

beforeEach(() => {
  objects = keepTexts(s3);
});

const job = ['luma', 'J1'] as const;
const place = (part: number) => ({ company: 'luma', jobId: 'J1', level: 0, part });
const end = (parts: number) => ({ parts });

describe('the plan of a job', () => {
  it('reads a part as it was written', async () => {
    const entry = { id: 'rød', type: 'image', version: 1, servers: ['image-serving'], bytes: 1 } as const;
    const written = await files.writePart(place(7), [entry]);
    expect(written).toEqual({ ...place(7), key: written.key });
    expect(written.key).toMatch(/^_30-days\/luma\/J1\/plan\/000\/0000007-[0-9a-f-]{36}\.json$/);
    // The same part of another planner has another key.
    await files.writePart(place(7), []);
    expect(await files.readPart(written.key)).toEqual([entry]);
  });

  it('writes a manifest for each level from all rounds in their order', async () => {
    const at = (level: number, part: number) => ({
      company: 'luma',
      jobId: 'J1',
      level,
      part,
      key: `k${level}${part}`,
    });
    await files.writeRound(...job, 0, [at(0, 0), at(1, 0)], end(2));
    await files.writeRound(...job, 1, [], end(2));
    await files.writeRound(...job, 2, [at(0, 1)], end(3));
    expect(await files.writeManifests(...job, 3)).toEqual([0, 1]);
    expect(objects.get(`jobs/${manifestKey(...job, 0)}`)).toBe(
      `${JSON.stringify(at(0, 0))}\n${JSON.stringify(at(0, 1))}\n`,
    );
    const lines: unknown[] = [];
    for await (const found of files.readPlan(...job)) lines.push(found);
    expect(lines).toEqual([at(0, 0), at(0, 1), at(1, 0)]);
  });

  it('reads the levels in order, also if one of them is missing', async () => {
    const at = (level: number) => ({ company: 'luma', jobId: 'J1', level, part: level, key: `k${level}` });
    await files.writeRound(...job, 0, [at(2), at(1)], end(2));
    expect(await files.writeManifests(...job, 1)).toEqual([1, 2]);
    const levels: number[] = [];
    for await (const { level } of files.readPlan(...job)) levels.push(level);
    expect(levels).toEqual([1, 2]);
  });

  it('writes no manifest for a plan without parts', async () => {
    await files.writeRound(...job, 0, [], end(0));
    expect(await files.writeManifests(...job, 1)).toEqual([]);
    for await (const found of files.readPlan(...job)) expect(found).toBeUndefined();
  });

  it('keeps the first result of a round, and another planner continues from it', async () => {
    const at = (key: string) => ({ ...place(0), key });
    expect(await files.writeRound(...job, 0, [at('first')], end(1))).toEqual(end(1));
    expect(await files.writeRound(...job, 0, [at('second'), at('third')], end(2))).toEqual(end(1));
    expect(await files.writeManifests(...job, 1)).toEqual([0]);
    expect(objects.get(`jobs/${manifestKey(...job, 0)}`)).toBe(`${JSON.stringify(at('first'))}\n`);
  });

  it('ends a plan that is read before it is finished: it has no parts and gets none', async () => {
    await files.writeRound(...job, 0, [{ ...place(0), key: 'k' }], end(1));
    for await (const found of files.readPlan(...job)) expect(found).toBeUndefined();
    expect(await files.writeManifests(...job, 1)).toEqual([]);
    expect(objects.has(`jobs/${manifestKey(...job, 0)}`)).toBe(false);
  });
});
