import fc from 'fast-check';
import { expect, it } from 'vitest';
import { submitPublishJob } from '../../application/jobs/submit-publish-job.ts';
import { type Asset, isSetType } from '../../domain/assets/asset.ts';
import { isCurrentOn, serversFor, whyNotLive } from '../../domain/assets/publish-state.ts';
import { addsUp } from '../../domain/jobs/counts.ts';
import { assetsOfSet } from '../../domain/sets/set-record.ts';
import { anAsset, aPublishJob } from '../support/builders.ts';
import { publishCloud } from '../support/publish-cloud.ts';
import { runPublishJob } from './run-publish-job.ts';

interface Made {
  readonly version: number;
  readonly intent: Asset['intent'];
  readonly liveIn: number;
  readonly trashed: boolean;
}

const state: fc.Arbitrary<Made> = fc.record({
  version: fc.integer({ min: 1, max: 2 }),
  intent: fc.constantFrom('live' as const, 'pending' as const, 'held' as const),
  liveIn: fc.integer({ min: 0, max: 2 }),
  trashed: fc.integer({ min: 0, max: 9 }).map((roll) => roll === 0),
});

function assetOf(id: string, { version, intent, liveIn, trashed }: Made): Asset {
  const isLive = liveIn > 0 && liveIn <= version && intent !== 'held' && !trashed;
  return anAsset({
    id,
    version,
    intent,
    masterKey: `luma/${id}`,
    ...(isLive
      ? {
          publications: {
            'image-serving': { version: liveIn, at: 'then', by: 'ann', key: `luma/image/${id}` },
          },
        }
      : {}),
    ...(trashed ? { trashed: { at: '2026-11-24T08:00:00.000Z', by: 'ann' } } : {}),
  });
}

const places = fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 4 });

it('whatever sets show what, a job leaves its counts exact, nothing planned twice, and every set it published whole', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(state, { minLength: 9, maxLength: 9 }),
      fc.array(places, { minLength: 4, maxLength: 4 }),
      fc.constantFrom('new' as const, 'full' as const),
      async (states, sets, publish) => {
        const cloud = publishCloud();
        // Five images, 0 to 4, and four sets, 5 to 8, which may show each other, and themselves.
        for (const [index, made] of states.entries()) {
          const asset = assetOf(`x${index}`, made);
          const shown = sets[index - 5];
          if (shown === undefined) cloud.put(asset);
          else cloud.putSet({ ...asset, type: 'mixed-media-set' }, [...shown.map((number) => `x${number}`)]);
        }
        const before = new Map(cloud.assets);
        const job = aPublishJob({ publish });
        await submitPublishJob(job, cloud.dependencies);
        await runPublishJob(cloud, job.id);

        const ended = cloud.jobs.get(job.id);
        if (!ended) throw new Error('The job is gone');
        expect(['succeeded', 'completed-with-errors']).toContain(ended.status);
        expect(addsUp(ended.counts)).toBe(true);
        const lines = cloud.log(job.id).filter(({ asset }) => asset !== undefined);
        expect(lines).toHaveLength(ended.counts.total);
        const names = lines.map(({ asset, server }) => `${asset}@${server}`);
        expect(new Set(names).size).toBe(names.length);

        for (const { asset: id = '', outcome } of lines) {
          const asset = cloud.assets.get(id);
          expect(asset?.trashed).toBeUndefined();
          if (outcome !== 'published' || !asset) continue;
          const [server] = serversFor(asset.type, cloud.settings);
          if (!server) continue;
          expect(isCurrentOn(asset, server)).toBe(true);
          expect(asset.intent).toBe('live');
          const record = isSetType(asset.type) ? cloud.readSetRecord(asset) : undefined;
          for (const member of record ? assetsOfSet(record) : []) {
            expect(whyNotLive(cloud.assets.get(member), server, cloud.settings)).toBeUndefined();
          }
        }
        // What nobody took stays as it was; held ones that nothing pulled in, above all.
        for (const [id, asset] of before) {
          if (!lines.some((line) => line.asset === id)) expect(cloud.assets.get(id)).toEqual(asset);
        }
      },
    ),
    { numRuns: 100 },
  );
});
