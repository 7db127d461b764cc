import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UploadJob } from '../../../domain/jobs/job.ts';
import { overwriteModes } from '../../../domain/uploads/overwrite.ts';
import { isLaterUpload } from '../../../domain/uploads/upload-file.ts';
import { ingestUpload } from '../../../functions/ingest-upload/ingest-upload.ts';
import { company } from '../../support/builders.ts';
import { type UploadCloud, uploadCloud } from '../../support/upload-cloud.ts';

const at = (second: number) => `2026-11-24T09:00:${String(second).padStart(2, '0')}.000Z`;
const idOfJob = (number: number) => `01M868ZY4BTMHSX5Z3VJK1D3${String(number).padStart(2, '0')}`;

const ingest = (cloud: UploadCloud, jobId: string, file = 1, lastAttempt = false) =>
  ingestUpload({ company, jobId, file, lastAttempt }, cloud.dependencies);

/** Uploads one file after another, each in its own job, one second apart. */
async function upload(cloud: UploadCloud, name: string, options: Partial<UploadJob> = {}, content?: string) {
  const jobId = idOfJob(cloud.jobs.size + 1);
  cloud.addJob(jobId, [name], options);
  cloud.arrive(jobId, 1, at(cloud.jobs.size), content);
  await ingest(cloud, jobId);
  const line = cloud.files.get(`${jobId}/1`)?.logEntry;
  return { jobId, outcome: line?.outcome, asset: line?.asset, message: line?.message };
}

function edit(cloud: UploadCloud, id: string, change: object): void {
  const asset = cloud.assets.get(id);
  if (!asset) throw new Error(`There is no ${id}`);
  cloud.assets.set(id, { ...asset, ...change });
}

describe('a file whose id is taken', () => {
  it('becomes its next version, in the folder of the upload, and keeps its metadata', async () => {
    const cloud = uploadCloud();
    await upload(cloud, 'chair.tif', { folder: '/old/' });
    edit(cloud, 'chair', { title: 'A chair', keywords: ['oak'], fields: { sku: 'C-1' } });
    const again = await upload(cloud, 'chair.png', { folder: '/new/' });
    expect(again).toMatchObject({
      outcome: 'published',
      asset: 'chair',
      message: 'chair.png: overwritten, now version 2, moved from /old/ to /new/; published',
    });
    expect(cloud.assets.get('chair')).toMatchObject({
      version: 2,
      folder: '/new/',
      fileName: 'chair.png',
      title: 'A chair',
      keywords: ['oak'],
      fields: { sku: 'C-1' },
    });
    // The old version stays in the versioned bucket.
    expect(cloud.masters.size).toBe(2);
  });

  it('keeps the master key of an asset that was renamed', async () => {
    const cloud = uploadCloud();
    await upload(cloud, 'chair.tif');
    edit(cloud, 'chair', { masterKey: 'luma/stool', id: 'chair' });
    await upload(cloud, 'chair.tif');
    expect(cloud.assets.get('chair')).toMatchObject({ version: 2, masterKey: 'luma/stool' });
  });

  it('is a duplicate if the upload does not overwrite', async () => {
    const cloud = uploadCloud();
    await upload(cloud, 'chair.tif');
    const again = await upload(cloud, 'chair.tif', { overwrite: false });
    expect(again).toMatchObject({ outcome: 'skipped', message: expect.stringContaining('a duplicate') });
    expect(cloud.jobs.get(again.jobId)).toMatchObject({
      status: 'succeeded',
      counts: { skipped: 1, done: 0 },
    });
    expect(cloud.assets.get('chair')?.version).toBe(1);
    expect(cloud.masters.size).toBe(1);
    expect(cloud.staged()).toEqual([]);
  });

  it.each([
    ['lies in another folder', { folder: '/old/' }, 'chair is in /old/'],
    ['has another extension', { fileName: 'chair.png' }, 'chair is the file chair.png'],
    ['lies in the trash', { trashed: { at: at(1), by: 'ann' } }, 'chair is in the trash'],
    ['is a set', { type: 'image-set' }, 'chair is of type image-set, which a file cannot replace'],
    [
      'is a derived image',
      { type: 'derived-image' },
      'chair is of type derived-image, which a file cannot replace',
    ],
  ])('of what %s gets the next numeral', async (_, change, reason) => {
    const cloud = uploadCloud();
    cloud.settings = { ...cloud.settings, overwriteMode: 'current-folder-same-extension' };
    await upload(cloud, 'chair.tif');
    edit(cloud, 'chair', change);
    for (const id of ['chair-1', 'chair-2', 'chair-3']) {
      const again = await upload(cloud, 'chair.tif', {}, `bytes of ${id}`);
      expect(again).toMatchObject({
        outcome: 'published',
        asset: id,
        message: `chair.tif: renamed to ${id}, because ${reason}; published`,
      });
      expect(cloud.assets.get(id)).toMatchObject({
        fileName: `${id}.tif`,
        version: 1,
        masterKey: `luma/${id}`,
        publications: { 'image-serving': { key: `luma/image/${id}` } },
      });
      expect(cloud.origins.get(`image-serving:luma/image/${id}`)).toBe(`bytes of ${id}`);
    }
    expect(cloud.assets.get('chair')).toMatchObject(change);
  });

  it('gets an id with a numeral, and never overwrites a file of the same upload', async () => {
    const cloud = uploadCloud();
    cloud.settings = { ...cloud.settings, overwriteMode: 'current-folder-same-extension' };
    await upload(cloud, 'chair.tif', { folder: '/old/' });
    const jobId = idOfJob(9);
    cloud.addJob(jobId, ['chair.tif', 'chair-1.tif']);
    cloud.arrive(jobId, 1, at(20));
    cloud.arrive(jobId, 2, at(20));
    await ingest(cloud, jobId, 1);
    await ingest(cloud, jobId, 2);
    expect([...cloud.assets.keys()]).toEqual(['chair', 'chair-1', 'chair-1-1']);
    expect(cloud.files.get(`${jobId}/2`)?.logEntry?.message).toContain(
      'the same upload has another file with the id chair-1',
    );
  });

  it('gets its numeral even if parallel uploads want the same one', async () => {
    const cloud = uploadCloud();
    await upload(cloud, 'chair.tif');
    edit(cloud, 'chair', { trashed: { at: at(1), by: 'ann' } });
    const jobs = Array.from({ length: 10 }, (_, index) => idOfJob(20 + index));
    for (const jobId of jobs) {
      cloud.addJob(jobId, ['chair.tif']);
      cloud.arrive(jobId, 1, at(30));
    }
    await Promise.all(jobs.map((jobId) => ingest(cloud, jobId)));
    const ids = jobs.map((_, index) => `chair-${index + 1}`);
    expect([...cloud.assets.keys()].sort()).toEqual(['chair', ...ids].sort());
    for (const jobId of jobs) expect(cloud.jobs.get(jobId)?.status).toBe('succeeded');
    // No copy of a losing upload is left in the masters bucket.
    expect(cloud.masters.size).toBe(11);
  });
});

describe('an id that differs from another only by case', () => {
  it('is ingested with a warning that names the other id', async () => {
    const cloud = uploadCloud();
    await upload(cloud, 'Chair.tif');
    const other = await upload(cloud, 'chair.tif');
    expect(other).toMatchObject({
      outcome: 'warning',
      asset: 'chair',
      message: 'chair.tif: created; published. Its id differs only by case from Chair',
    });
    // The warning comes once, not with an overwrite.
    expect((await upload(cloud, 'chair.tif')).outcome).toBe('published');
  });
});

describe('the publish state of an overwritten asset', () => {
  it.each([
    [true, undefined, true, 2],
    [true, false, true, 2],
    [true, false, false, undefined],
    [false, undefined, false, undefined],
    [false, true, false, 2],
    [false, true, true, 2],
  ])(
    'where the company says %s, the upload %s, and publishes: %s',
    async (retainPublishState, preservePublishState, publishAfterUploading, live) => {
      const cloud = uploadCloud();
      cloud.settings = { ...cloud.settings, retainPublishState };
      await upload(cloud, 'chair.tif');
      await upload(cloud, 'chair.tif', {
        publishAfterUploading,
        ...(preservePublishState === undefined ? {} : { preservePublishState }),
      });
      expect(cloud.assets.get('chair')?.publications['image-serving']?.version).toBe(live);
      expect(cloud.origins.size).toBe(live === undefined ? 0 : 1);
    },
  );

  it('is that of a new upload, even if the asset was held, if the upload says so', async () => {
    const cloud = uploadCloud();
    await upload(cloud, 'chair.tif', { publishAfterUploading: false });
    edit(cloud, 'chair', { intent: 'held' });
    expect((await upload(cloud, 'chair.tif')).message).toContain('held: publish it by hand');
    await upload(cloud, 'chair.tif', { preservePublishState: false });
    expect(cloud.assets.get('chair')).toMatchObject({ intent: 'live', version: 3 });
  });
});

describe('an image with derived images', () => {
  it('gives them its new version, and they are published with it', async () => {
    const cloud = uploadCloud();
    await upload(cloud, 'chair.tif');
    edit(cloud, 'chair', { derivedCount: 2 });
    await upload(cloud, 'chair.tif');
    expect(cloud.assets.get('chair')).toMatchObject({ version: 2, derivedCount: 2 });
    expect(cloud.history).toEqual([
      'published chair 1',
      'refreshed chair 2',
      'published chair 2',
      'published what belongs to chair',
    ]);
  });

  it('gives them its new version even if it is not published, also after a crash', async () => {
    const cloud = uploadCloud();
    await upload(cloud, 'chair.tif', { publishAfterUploading: false });
    edit(cloud, 'chair', { derivedCount: 2 });
    cloud.fault = (call) => {
      if (call === 'refreshDerived') throw new Error('out of memory');
    };
    await expect(upload(cloud, 'chair.tif')).rejects.toThrow('out of memory');
    const jobId = idOfJob(2);
    expect(cloud.files.get(`${jobId}/1`)).toMatchObject({ state: 'recorded', refreshDerived: true });
    cloud.fault = () => {};
    await ingest(cloud, jobId);
    expect(cloud.history).toEqual(['refreshed chair 2']);
    expect(cloud.files.get(`${jobId}/1`)?.logEntry).toMatchObject({
      outcome: 'recorded',
      message: 'chair.tif: overwritten, now version 2; not published yet',
    });
  });

  it('logs a warning if that keeps failing', async () => {
    const cloud = uploadCloud();
    await upload(cloud, 'chair.tif', { publishAfterUploading: false });
    edit(cloud, 'chair', { derivedCount: 2 });
    const jobId = idOfJob(2);
    cloud.addJob(jobId, ['chair.tif']);
    cloud.arrive(jobId, 1, at(5));
    cloud.fault = (call) => {
      if (call === 'refreshDerived') throw new Error('out of memory');
    };
    await expect(ingest(cloud, jobId, 1, true)).rejects.toThrow();
    expect(cloud.files.get(`${jobId}/1`)?.logEntry).toMatchObject({
      outcome: 'warning',
      message: expect.stringContaining('its derived images may still show the previous version'),
    });
  });
});

const names = ['chair.tif', 'chair.png', 'chair-1.tif', 'Chair.tif'];
const steps = fc.array(
  fc.record({
    names: fc.uniqueArray(fc.constantFrom(...names), {
      minLength: 1,
      maxLength: 2,
      selector: (name) => name.replace(/\..*/, ''),
    }),
    folder: fc.constantFrom('/', '/a/'),
    overwrite: fc.boolean(),
    mode: fc.constantFrom(...overwriteModes),
    second: fc.integer({ min: 0, max: 5 }),
    /** Trashes the asset before the upload, or derives images from it. */
    change: fc.option(fc.constantFrom({ trashed: { at: at(0), by: 'ann' } }, { derivedCount: 1 }), {
      nil: undefined,
    }),
  }),
  { minLength: 1, maxLength: 8 },
);

/** Invariants after any uploads: no id twice, and each asset has the latest ingested content. */
function expectLibrary(cloud: UploadCloud): void {
  const taken = new Map<string, { uploadedAt: string; uploadJobId: string; content: string }[]>();
  let recorded = 0;
  for (const file of cloud.files.values()) {
    const { logEntry, assetId = '', jobId } = file;
    expect(file.state).toBe('settled');
    expect(['published', 'recorded', 'warning', 'skipped']).toContain(logEntry?.outcome);
    if (logEntry?.outcome === 'skipped') continue;
    recorded += 1;
    expect(logEntry?.asset).toBe(assetId);
    const uploadedAt = times.get(`${jobId}/${file.file}`) ?? '';
    const upload = { uploadedAt, uploadJobId: jobId, content: `bytes of ${jobId}/${file.file}` };
    taken.set(assetId, [...(taken.get(assetId) ?? []), upload]);
  }
  expect([...taken.keys()].sort()).toEqual([...cloud.assets.keys()].sort());
  for (const [id, asset] of cloud.assets) {
    expect(asset.id).toBe(id);
    const uploads = taken.get(id) ?? [];
    expect(asset.version).toBe(uploads.length);
    const [latest] = [...uploads].sort((a, b) => (isLaterUpload(a, b) ? -1 : 1));
    expect(cloud.masters.get(`${asset.masterKey}@${asset.masterVersionId}`)).toBe(latest?.content);
  }
  // The masters bucket holds only versions.
  expect(cloud.masters.size).toBe(recorded);
}

async function retried(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
}

const times = new Map<string, string>();

describe('any uploads, in any order and with any modes', () => {
  it('leave each id once, with its latest content', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.scheduler(), fc.boolean(), async (uploads, scheduler, sideBySide) => {
        const cloud = uploadCloud();
        times.clear();
        if (sideBySide) cloud.commandFault = () => scheduler.schedule(Promise.resolve());
        const work: Promise<void>[] = [];
        for (const [index, step] of uploads.entries()) {
          const jobId = idOfJob(index);
          cloud.settings = { ...cloud.settings, overwriteMode: step.mode };
          cloud.addJob(jobId, step.names, { folder: step.folder, overwrite: step.overwrite });
          const [first] = cloud.assets.keys();
          if (step.change && first !== undefined && !sideBySide) edit(cloud, first, step.change);
          for (const file of step.names.keys()) {
            times.set(`${jobId}/${file + 1}`, at(step.second));
            cloud.arrive(jobId, file + 1, at(step.second));
            // In parallel each event comes twice, and one that fails is delivered again.
            const one = () => retried(() => ingest(cloud, jobId, file + 1));
            if (sideBySide) work.push(one(), one());
            else await one();
          }
        }
        if (sideBySide) await scheduler.waitFor(Promise.all(work));
        expectLibrary(cloud);
      }),
      { numRuns: 150 },
    );
  });
});
