import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeOverdue } from '../../../application/uploads/close-overdue.ts';
import { isPublished } from '../../../domain/assets/asset.ts';
import { originKey } from '../../../domain/delivery/origin-key.ts';
import { addsUp } from '../../../domain/jobs/counts.ts';
import { isTerminal, noCounts } from '../../../domain/jobs/job.ts';
import { ingestUpload } from '../../../functions/ingest-upload/ingest-upload.ts';
import { jobHandlers } from '../../../functions/serve-api/jobs/job-handlers.ts';
import { uploadHandlers } from '../../../functions/serve-api/uploads/upload-handlers.ts';
import { company } from '../../support/builders.ts';
import { type UploadCloud, uploadCloud } from '../../support/upload-cloud.ts';
import { dependenciesWith } from '../serve-api/ask.ts';

const jobA = '01M868ZY4BTMHSX5Z3VJK1D3HA';
const jobB = '01M868ZY4BTMHSX5Z3VJK1D3HB';
const jobC = '01M868ZY4BTMHSX5Z3VJK1D3HC';
const jobD = '01M868ZY4BTMHSX5Z3VJK1D3HD';
const at = (second: number) => `2026-11-24T09:00:${String(second).padStart(2, '0')}.000Z`;

const ingest = (cloud: UploadCloud, jobId: string, file = 1, lastAttempt = false) =>
  ingestUpload({ company, jobId, file, lastAttempt }, cloud.dependencies);

const logEntryOf = (cloud: UploadCloud, jobId: string, file = 1) =>
  cloud.files.get(`${jobId}/${file}`)?.logEntry;

describe('a file that arrives', () => {
  it('is recorded, published, counted, and no longer staged', async () => {
    const cloud = uploadCloud();
    cloud.addJob(jobA, ['shoe.png'], { folder: '/autumn/' });
    cloud.arrive(jobA, 1, at(1));
    await ingest(cloud, jobA);
    expect(cloud.assets.get('shoe')).toMatchObject({
      company,
      folder: '/autumn/',
      fileName: 'shoe.png',
      version: 1,
      intent: 'live',
      masterKey: 'luma/shoe',
      masterVersionId: 'v1',
      uploadedAt: at(1),
      uploadJobId: jobA,
      createdBy: 'ann',
      publications: { 'image-serving': { version: 1, by: 'ann', jobId: jobA } },
    });
    expect(logEntryOf(cloud, jobA)).toMatchObject({
      asset: 'shoe',
      outcome: 'published',
      type: 'image',
      bytes: 9,
    });
    expect(cloud.jobs.get(jobA)).toMatchObject({
      status: 'succeeded',
      counts: { total: 1, done: 1, bytes: 9 },
    });
    expect(cloud.origins.get('image-serving:luma/image/shoe')).toBe(`bytes of ${jobA}/1`);
    expect(cloud.staged()).toEqual([]);
  });

  it('gives its checksum to the asset and to the version, and the next version has its own', async () => {
    const cloud = uploadCloud();
    const checksum = (text: string) => createHash('sha256').update(text).digest('base64');
    cloud.addJob(jobA, ['shoe.png']);
    cloud.arrive(jobA, 1, at(1), 'first');
    await ingest(cloud, jobA);
    expect(cloud.assets.get('shoe')?.sha256).toBe(checksum('first'));
    cloud.addJob(jobB, ['shoe.png']);
    cloud.arrive(jobB, 1, at(2), 'photo 2');
    await ingest(cloud, jobB);
    expect(cloud.assets.get('shoe')).toMatchObject({ version: 2, sha256: checksum('photo 2') });
  });

  it('of which a rendition is made has both as versions of its master, and publishes the rendition', async () => {
    const cloud = uploadCloud();
    cloud.settings = { ...cloud.settings, servers: ['image-serving', 'server-directory'] };
    cloud.addJob(jobA, ['IMG_1.heic']);
    cloud.arrive(jobA, 1, at(1), 'photo 1');
    await ingest(cloud, jobA);
    expect(cloud.assets.get('IMG_1')).toMatchObject({
      fileName: 'IMG_1.heic',
      mimeType: 'image/jpeg',
      bytes: 20,
      originalType: 'image/heic',
      originalBytes: 9,
    });
    const { masterVersionId, originalVersionId } = cloud.assets.get('IMG_1') ?? {};
    expect(cloud.masters.get(`luma/IMG_1@${masterVersionId}`)).toBe('rendition of photo 1');
    expect(cloud.masters.get(`luma/IMG_1@${originalVersionId}`)).toBe('photo 1');
    expect(cloud.origins.get('image-serving:luma/image/IMG_1')).toBe('rendition of photo 1');
    expect(cloud.origins.get('server-directory:luma/IMG_1.heic')).toBe('photo 1');
  });

  it('of which a rendition is made is replaced by a file without one, and the other way round', async () => {
    const cloud = uploadCloud();
    for (const [jobId, name, content, second] of [
      [jobA, 'shoe.heic', 'photo 1', 1],
      [jobB, 'shoe.heic', 'plain', 2],
    ] as const) {
      cloud.addJob(jobId, [name]);
      cloud.arrive(jobId, 1, at(second), content);
      await ingest(cloud, jobId);
    }
    const plain = cloud.assets.get('shoe');
    expect(plain).toMatchObject({ version: 2, bytes: 9 });
    for (const fact of ['originalType', 'originalBytes', 'originalVersionId'])
      expect(plain).not.toHaveProperty(fact);
    expect(cloud.origins.get('image-serving:luma/image/shoe')).toBe('plain');
  });

  it('without a picture becomes a document, and replaces a document but no image', async () => {
    const cloud = uploadCloud();
    for (const [jobId, name, content, second] of [
      [jobA, 'logo.eps', 'drawing 1', 1],
      [jobB, 'logo.eps', 'drawing 2', 2],
      [jobC, 'logo.eps', 'photo 3', 3],
      [jobD, 'logo.eps', 'drawing 4', 4],
    ] as const) {
      cloud.addJob(jobId, [name]);
      cloud.arrive(jobId, 1, at(second), content);
      await ingest(cloud, jobId);
    }
    expect(logEntryOf(cloud, jobB)).toMatchObject({ outcome: 'published' });
    expect(logEntryOf(cloud, jobD)).toMatchObject({
      outcome: 'error',
      message: 'logo.eps: It has no picture, so it does not replace the image logo. It has no preview',
    });
    expect(cloud.assets.get('logo')).toMatchObject({ version: 3, type: 'image' });
    expect(cloud.origins.get('image-serving:luma/image/logo')).toBe('rendition of photo 3');
    expect(cloud.masters.size).toBe(4);
    expect(cloud.staged()).toEqual([]);
  });

  it('that is large has a reduction in the masters bucket', async () => {
    const cloud = uploadCloud();
    cloud.addJob(jobA, ['shoe.jpg']);
    cloud.arrive(jobA, 1, at(1), 'large 1');
    await ingest(cloud, jobA);
    const { reduction } = cloud.assets.get('shoe') ?? {};
    expect(reduction).toMatchObject({ divisor: 4, name: expect.stringMatching(/^[\w-]{16}$/) });
    const key = `luma/reductions/${reduction?.name}@${reduction?.versionId}`;
    expect(cloud.masters.get(key)).toBe('reduction of large 1');
  });

  it('leaves no version of its master where it is not recorded, whether with a rendition or without', async () => {
    for (const content of ['photo 1', 'plain', 'large 1']) {
      const cloud = uploadCloud();
      cloud.addJob(jobA, ['shoe.heic']);
      cloud.arrive(jobA, 1, at(1), content);
      const never = { ...cloud.dependencies, recordFile: async () => false };
      const ingesting = ingestUpload({ company, jobId: jobA, file: 1, lastAttempt: false }, never);
      await expect(ingesting).rejects.toThrow('shoe keeps changing');
      expect([...cloud.masters].map(([key]) => key)).toEqual([]);
    }
  });

  it.each([
    ['is not to be published', false, 'now', 'pending', 'recorded', 'created; not published yet'],
    ['is to be marked only', true, 'mark', 'live', 'recorded', 'marked for the next publish job'],
  ] as const)(
    'and %s is recorded',
    async (_, publishAfterUploading, publishOnUpload, intent, outcome, message) => {
      const cloud = uploadCloud();
      cloud.settings = { ...cloud.settings, publishOnUpload };
      cloud.addJob(jobA, ['shoe.png'], { publishAfterUploading });
      cloud.arrive(jobA, 1, at(1));
      await ingest(cloud, jobA);
      expect(cloud.assets.get('shoe')).toMatchObject({ intent, publications: {} });
      expect(logEntryOf(cloud, jobA)).toMatchObject({ outcome, message: expect.stringContaining(message) });
      expect(cloud.origins.size).toBe(0);
    },
  );

  it('is ingested with a warning if something about it is odd', async () => {
    const cloud = uploadCloud();
    cloud.addJob(jobA, ['shoe.png']);
    cloud.arrive(jobA, 1, at(1), 'odd');
    await ingest(cloud, jobA);
    expect(logEntryOf(cloud, jobA)).toMatchObject({
      outcome: 'warning',
      message: 'shoe.png: created; published. It is odd',
    });
    expect(cloud.jobs.get(jobA)?.counts).toMatchObject({ done: 1, warnings: 1 });
  });

  it('becomes an error entry if it is refused, never an asset, and is not kept', async () => {
    const cloud = uploadCloud();
    cloud.addJob(jobA, ['shoe.png', 'boot.png']);
    cloud.arrive(jobA, 1, at(1), 'refused: it is HTML');
    cloud.arrive(jobA, 2, at(1));
    await ingest(cloud, jobA, 1);
    expect(logEntryOf(cloud, jobA)).toMatchObject({
      outcome: 'error',
      message: 'shoe.png: refused: it is HTML',
    });
    expect(cloud.jobs.get(jobA)?.status).toBe('running');
    await ingest(cloud, jobA, 2);
    expect(cloud.jobs.get(jobA)).toMatchObject({
      status: 'completed-with-errors',
      counts: { done: 1, errors: 1 },
    });
    expect([...cloud.assets.keys()]).toEqual(['boot']);
    expect(cloud.masters.size).toBe(1);
    expect(cloud.staged()).toEqual([]);
  });

  it('becomes an error if its length is not the declared one', async () => {
    const cloud = uploadCloud();
    cloud.addJob(jobA, ['shoe.png']);
    cloud.arrive(jobA, 1, at(1), 'short', 8);
    await ingest(cloud, jobA);
    expect(logEntryOf(cloud, jobA)?.message).toBe('shoe.png: 8 bytes arrived, 9 were declared');
  });

  it.each([
    ['of a file that its job does not have', jobA, 2],
    ['of a job that is not there', jobB, 1],
  ])('%s is removed', async (_, jobId, file) => {
    const cloud = uploadCloud();
    cloud.addJob(jobA, ['shoe.png']);
    cloud.arrive(jobId, file, at(1));
    await ingest(cloud, jobId, file);
    expect(cloud.staged()).toEqual([]);
    expect(cloud.warnings).toHaveLength(1);
    expect(cloud.assets.size).toBe(0);
  });
});

describe('a re-upload', () => {
  it.each([
    ['of a published asset goes live at once', 'live', true, 'live', 2],
    ['of a held asset stays held', 'held', false, 'held', undefined],
    ['of a pending asset stays pending', 'pending', false, 'pending', undefined],
  ] as const)('%s', async (_, intent, published, after, live) => {
    const cloud = uploadCloud();
    cloud.addJob(jobA, ['shoe.png'], { publishAfterUploading: published });
    cloud.arrive(jobA, 1, at(1));
    await ingest(cloud, jobA);
    const first = cloud.assets.get('shoe');
    if (first) cloud.assets.set('shoe', { ...first, intent });
    cloud.addJob(jobB, ['shoe.webp'], { folder: '/new/', submittedBy: 'ben' });
    cloud.arrive(jobB, 1, at(2));
    await ingest(cloud, jobB);
    const asset = cloud.assets.get('shoe');
    expect(asset).toMatchObject({
      version: 2,
      intent: after,
      folder: '/new/',
      fileName: 'shoe.webp',
      createdBy: 'ann',
      modifiedBy: 'ben',
    });
    expect(asset?.publications['image-serving']?.version).toBe(live);
  });

  it('withdraws a live asset if the company retains no state and the upload does not publish', async () => {
    const cloud = uploadCloud();
    cloud.addJob(jobA, ['shoe.png']);
    cloud.arrive(jobA, 1, at(1));
    await ingest(cloud, jobA);
    cloud.settings = { ...cloud.settings, retainPublishState: false };
    cloud.addJob(jobB, ['shoe.png'], { publishAfterUploading: false });
    cloud.arrive(jobB, 1, at(2));
    await ingest(cloud, jobB);
    expect(cloud.assets.get('shoe')).toMatchObject({ version: 2, intent: 'pending', publications: {} });
    expect(cloud.origins.size).toBe(0);
    expect(cloud.invalidated()).toEqual(['shoe']);
    expect(logEntryOf(cloud, jobB)).toMatchObject({ outcome: 'recorded' });
  });

  it.each([
    ['another type than before names the sets that show it', 'pdf', 'warning'],
    ['the same type has nothing to say of them', 'image', 'published'],
  ] as const)('of %s', async (_, before, outcome) => {
    const cloud = uploadCloud();
    cloud.addMemberships('shoe', ['views', 'all shoes']);
    cloud.addJob(jobA, ['shoe.png']);
    cloud.arrive(jobA, 1, at(1));
    await ingest(cloud, jobA);
    const asset = cloud.assets.get('shoe');
    if (asset) cloud.assets.set('shoe', { ...asset, type: before });
    cloud.addJob(jobB, ['shoe.png']);
    cloud.arrive(jobB, 1, at(2));
    await ingest(cloud, jobB);
    const named = /Its type is now image\. .*: all shoes, views$/.test(
      logEntryOf(cloud, jobB)?.message ?? '',
    );
    expect([logEntryOf(cloud, jobB)?.outcome, named]).toEqual([outcome, before === 'pdf']);
  });

  it.each([
    ['in order', [jobA, jobB]],
    ['out of order', [jobB, jobA]],
    ['twice', [jobA, jobB, jobA, jobB]],
    ['twice and out of order', [jobB, jobA, jobB, jobA]],
  ])('whose events come %s ends with the later file', async (_, order) => {
    const cloud = uploadCloud();
    cloud.addJob(jobA, ['shoe.png']);
    cloud.addJob(jobB, ['shoe.png']);
    cloud.arrive(jobA, 1, at(1));
    cloud.arrive(jobB, 1, at(2));
    for (const jobId of order) await ingest(cloud, jobId);
    expect(cloud.assets.get('shoe')).toMatchObject({ uploadJobId: jobB, uploadedAt: at(2) });
    expect(cloud.origins.get('image-serving:luma/image/shoe')).toBe(`bytes of ${jobB}/1`);
    expect(['published', 'skipped']).toContain(logEntryOf(cloud, jobA)?.outcome);
    expect(logEntryOf(cloud, jobB)?.outcome).toBe('published');
    for (const jobId of [jobA, jobB]) expect(cloud.jobs.get(jobId)?.status).toBe('succeeded');
  });
});

describe('an upload that another one overtakes while it is published', () => {
  it('copies again what it deleted between the copy and the record of the other', async () => {
    const cloud = uploadCloud();
    cloud.addJob(jobA, ['shoe.png']);
    cloud.arrive(jobA, 1, at(1));
    const object = 'image-serving:luma/image/shoe';
    const other = `bytes of ${jobB}/1`;
    let looks = 0;
    cloud.fault = (call, when) => {
      const asset = cloud.assets.get('shoe');
      if (!asset) return;
      if (call === 'recordPublication' && when === 'before' && asset.version === 1) {
        cloud.masters.set('luma/shoe@vB', other);
        cloud.assets.set('shoe', { ...asset, version: 2, masterVersionId: 'vB', uploadJobId: jobB });
        cloud.origins.set(object, other);
      }
      // The third read of the new version: the object is deleted, and no further call reads it.
      if (call === 'getAsset' && when === 'after' && asset.version === 2) looks += 1;
      if (looks === 3 && !isPublished(asset)) {
        expect(cloud.origins.has(object)).toBe(false);
        const publication = { version: 2, at: at(2), by: 'ben', key: 'luma/image/shoe' };
        cloud.assets.set('shoe', { ...asset, publications: { 'image-serving': publication } });
      }
    };
    await ingest(cloud, jobA);
    expect(looks).toBeGreaterThan(3);
    expect(cloud.origins.get(object)).toBe(other);
    expect(cloud.assets.get('shoe')?.publications['image-serving']?.version).toBe(2);
  });
});

describe('a stopped upload', () => {
  it('ingests no file that arrives later', async () => {
    const cloud = uploadCloud();
    cloud.addJob(jobA, ['shoe.png', 'boot.png']);
    cloud.arrive(jobA, 1, at(1));
    await ingest(cloud, jobA, 1);
    const stopped = await jobHandlers.cancelJob(
      {
        company,
        user: { subject: 'ann', name: 'Ann', role: 'user' },
        params: { company, jobId: jobA },
        body: { force: false },
      },
      dependenciesWith(cloud.cancel),
    );
    expect(stopped).toMatchObject({ status: 'stopped', counts: { total: 2, done: 1, notReached: 1 } });
    cloud.arrive(jobA, 2, at(2));
    await ingest(cloud, jobA, 2);
    expect([...cloud.assets.keys()]).toEqual(['shoe']);
    expect(cloud.staged()).toEqual([]);
    expect(logEntryOf(cloud, jobA, 2)?.outcome).toBe('not-reached');
  });

  it('ends with the file that was under way', async () => {
    const cloud = uploadCloud();
    const job = cloud.addJob(jobA, ['shoe.png']);
    cloud.arrive(jobA, 1, at(1));
    cloud.jobs.set(jobA, { ...job, status: 'stopping' });
    await ingest(cloud, jobA);
    expect(cloud.jobs.get(jobA)).toMatchObject({ status: 'stopped', counts: { notReached: 1 } });
  });
});

describe('a file that was cancelled', () => {
  it('ends the upload after its other files, and is not ingested', async () => {
    const cloud = uploadCloud();
    cloud.addJob(jobA, ['shoe.png', 'boot.png']);
    cloud.arrive(jobA, 1, at(1));
    await ingest(cloud, jobA, 1);
    const { getFile, finishFile } = cloud.dependencies;
    const stageEmpty = async () => cloud.arrive(jobA, 2, at(2), '', 0);
    await uploadHandlers.cancelFile(
      {
        company,
        user: { subject: 'ann', name: 'Ann', role: 'user' },
        params: { company, jobId: jobA, file: 2 },
        query: {},
        body: {},
      },
      dependenciesWith({ ...cloud.cancel, getFile, finishFile, stageEmpty }),
    );
    expect(cloud.staged()).toHaveLength(1);
    await ingest(cloud, jobA, 2);
    expect(cloud.jobs.get(jobA)).toMatchObject({
      status: 'succeeded',
      counts: { total: 2, done: 1, notReached: 1 },
    });
    expect([...cloud.assets.keys()]).toEqual(['shoe']);
    expect(cloud.staged()).toEqual([]);
  });
});

describe('an error on our side', () => {
  it.each([
    ['before anything is decided', 'copyToMasters', 'pending', undefined],
    ['once it is recorded', 'copyToOrigin', 'recorded', undefined],
  ])('%s leaves the file to the next try', async (_, faulty, state) => {
    const cloud = uploadCloud();
    cloud.addJob(jobA, ['shoe.png']);
    cloud.arrive(jobA, 1, at(1));
    cloud.fault = (call, when) => {
      if (call === faulty && when === 'before') throw new Error('S3 is away');
    };
    await expect(ingest(cloud, jobA)).rejects.toThrow();
    expect(cloud.files.get(`${jobA}/1`)?.state).toBe(state);
    expect(cloud.staged()).toHaveLength(1);
    cloud.fault = () => {};
    await ingest(cloud, jobA);
    expect(cloud.jobs.get(jobA)).toMatchObject({ status: 'succeeded', counts: { done: 1, errors: 0 } });
    expect(isPublished(cloud.assets.get('shoe') ?? { publications: {} })).toBe(true);
  });

  it.each([
    ['before anything is decided', 'copyToMasters', 'error', 'upload it again', 'completed-with-errors'],
    ['once it is recorded', 'copyToOrigin', 'warning', 'could not be published', 'succeeded'],
  ])(
    '%s gives the file its line on the last try, and still goes to the dead letters',
    async (_, faulty, outcome, text, status) => {
      const cloud = uploadCloud();
      cloud.addJob(jobA, ['shoe.png']);
      cloud.arrive(jobA, 1, at(1));
      cloud.fault = (call, when) => {
        if (call === faulty && when === 'before') throw new Error('password=hunter2');
      };
      await expect(ingest(cloud, jobA, 1, true)).rejects.toThrow();
      expect(logEntryOf(cloud, jobA)).toMatchObject({ outcome, message: expect.stringContaining(text) });
      expect(logEntryOf(cloud, jobA)?.message).not.toContain('hunter2');
      expect(cloud.jobs.get(jobA)?.status).toBe(status);
      expect(cloud.staged()).toEqual([`${company}/${jobA}/1`]);
    },
  );
});

describe('a file that was given up, whose event operators send again', () => {
  const failing = ['copyToMasters', 'copyToOrigin'] as const;

  /** The last delivery of the first file fails; the second file is in the library. */
  async function givenUp(faulty: (typeof failing)[number]): Promise<UploadCloud> {
    const cloud = uploadCloud();
    cloud.addJob(jobA, ['shoe.png', 'boot.png']);
    cloud.arrive(jobA, 1, at(1));
    cloud.arrive(jobA, 2, at(1));
    await ingest(cloud, jobA, 2);
    cloud.fault = (call, when) => {
      if (call === faulty && when === 'before') throw new Error('S3 is away');
    };
    await expect(ingest(cloud, jobA, 1, true)).rejects.toThrow();
    expect(isTerminal(cloud.jobs.get(jobA)?.status ?? 'queued')).toBe(true);
    return cloud;
  }

  it.each(failing)(
    'because of %s is ingested and published, and the log and the job say so',
    async (faulty) => {
      const cloud = await givenUp(faulty);
      const { ended } = cloud.jobs.get(jobA) ?? {};
      cloud.fault = () => {};
      await ingest(cloud, jobA, 1);
      expect(logEntryOf(cloud, jobA)).toMatchObject({
        outcome: 'published',
        message: 'shoe.png: created; published',
      });
      expect(cloud.jobs.get(jobA)).toMatchObject({
        status: 'succeeded',
        ended,
        counts: { total: 2, done: 2, errors: 0, warnings: 0, bytes: 18 },
      });
      expect(cloud.origins.get('image-serving:luma/image/shoe')).toBe(`bytes of ${jobA}/1`);
      expect(cloud.staged()).toEqual([]);
      const after = [cloud.files.get(`${jobA}/1`), cloud.jobs.get(jobA), cloud.assets.get('shoe')];
      await ingest(cloud, jobA, 1);
      expect([cloud.files.get(`${jobA}/1`), cloud.jobs.get(jobA), cloud.assets.get('shoe')]).toEqual(after);
    },
  );

  it.each(failing)('because of %s keeps its log entry and its place while it fails again', async (faulty) => {
    const cloud = await givenUp(faulty);
    const before = [cloud.files.get(`${jobA}/1`), cloud.jobs.get(jobA)];
    for (const lastAttempt of [false, true]) {
      await expect(ingest(cloud, jobA, 1, lastAttempt)).rejects.toThrow();
      expect([cloud.files.get(`${jobA}/1`), cloud.jobs.get(jobA)]).toEqual(before);
      expect(cloud.staged()).toEqual([`${company}/${jobA}/1`]);
    }
  });

  it.each(failing)('because of %s has exact counts wherever the function dies', async (faulty) => {
    for (let death = 1; death <= 40; death += 1) {
      const cloud = await givenUp(faulty);
      let calls = 0;
      cloud.fault = () => {};
      cloud.commandFault = () => {
        calls += 1;
        if (calls === death) throw new Error('out of memory');
      };
      await ingest(cloud, jobA, 1).catch(() => {});
      expect(addsUp(cloud.jobs.get(jobA)?.counts ?? { ...noCounts, total: 1 })).toBe(true);
      cloud.commandFault = () => {};
      await ingest(cloud, jobA, 1);
      expect(cloud.jobs.get(jobA)).toMatchObject({
        status: 'succeeded',
        counts: { total: 2, done: 2, errors: 0 },
      });
      expectWhole(cloud);
    }
  });

  it('counts as an error once it turns out to be refused', async () => {
    const cloud = await givenUp('copyToMasters');
    cloud.fault = () => {};
    cloud.arrive(jobA, 1, at(1), 'refused: it is HTML');
    await ingest(cloud, jobA, 1);
    expect(logEntryOf(cloud, jobA)).toMatchObject({
      outcome: 'error',
      message: 'shoe.png: refused: it is HTML',
    });
    expect(cloud.jobs.get(jobA)).toMatchObject({
      status: 'completed-with-errors',
      counts: { done: 1, errors: 1 },
    });
    expect(cloud.files.get(`${jobA}/1`)).not.toHaveProperty('givenUp');
  });

  it('keeps its log entry if its bytes have expired', async () => {
    const cloud = await givenUp('copyToMasters');
    const before = [cloud.files.get(`${jobA}/1`), cloud.jobs.get(jobA)];
    cloud.fault = () => {};
    await cloud.dependencies.deleteStaged(`${company}/${jobA}/1`);
    await ingest(cloud, jobA, 1);
    expect([cloud.files.get(`${jobA}/1`), cloud.jobs.get(jobA)]).toEqual(before);
    expect(cloud.warnings).toContain('The file was given up, and its staged object has expired');
  });

  it('does not replace a later upload of its id', async () => {
    const cloud = await givenUp('copyToMasters');
    cloud.fault = () => {};
    cloud.addJob(jobB, ['shoe.png']);
    cloud.arrive(jobB, 1, at(9));
    await ingest(cloud, jobB, 1);
    await ingest(cloud, jobA, 1);
    expect(cloud.assets.get('shoe')).toMatchObject({ version: 1, uploadJobId: jobB });
    expect(cloud.jobs.get(jobA)).toMatchObject({
      status: 'succeeded',
      counts: { done: 1, skipped: 1, errors: 0 },
    });
  });

  it('is ingested even if its function died each time and the upload was closed meanwhile', async () => {
    const cloud = uploadCloud();
    cloud.addJob(jobA, ['shoe.png']);
    cloud.arrive(jobA, 1, at(1));
    const job = cloud.jobs.get(jobA);
    if (!job) throw new Error('There is no job');
    const now = () => '2026-11-26T09:00:00.000Z';
    await closeOverdue(job, { ...cloud.cancel, ...cloud.dependencies, now });
    expect(cloud.jobs.get(jobA)?.status).toBe('completed-with-errors');
    await ingest(cloud, jobA, 1);
    expect(cloud.jobs.get(jobA)).toMatchObject({ status: 'succeeded', counts: { total: 1, done: 1 } });
    expectWhole(cloud);
  });
});

/** Uploads of few ids: by job, with the seconds at which S3 receives each file. */
const uploads = fc
  .array(fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 4,
  })
  .chain((jobs) =>
    fc.record({
      jobs: fc.constant(jobs),
      seconds: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 12, maxLength: 12 }),
      publish: fc.boolean(),
      /** Order and duplicates of the events. */
      order: fc.array(fc.nat(), { minLength: 12, maxLength: 40 }),
    }),
  );

interface Event {
  readonly jobId: string;
  readonly file: number;
}

function fill(
  cloud: UploadCloud,
  jobs: readonly (readonly string[])[],
  seconds: readonly number[],
  publish: boolean,
): Event[] {
  let count = 0;
  return jobs.flatMap((ids, index) => {
    const jobId = `01M868ZY4BTMHSX5Z3VJK1D3H${index}`;
    cloud.addJob(
      jobId,
      ids.map((id) => `${id}.png`),
      { publishAfterUploading: publish },
    );
    return ids.map((_, file) => {
      cloud.arrive(jobId, file + 1, at(seconds[count++ % seconds.length] ?? 0));
      return { jobId, file: file + 1 };
    });
  });
}

/** Events in any order, each at least once, some twice. */
function shuffle(events: readonly Event[], order: readonly number[]): Event[] {
  const drawn = order.map((pick) => events[pick % events.length]).filter((event) => event !== undefined);
  return [...drawn, ...events];
}

function expectWhole(cloud: UploadCloud): void {
  for (const job of cloud.jobs.values()) {
    expect(isTerminal(job.status)).toBe(true);
    expect(addsUp(job.counts)).toBe(true);
  }
  for (const file of cloud.files.values()) expect(file.state).toBe('settled');
  expect(cloud.staged()).toEqual([]);
  for (const asset of cloud.assets.values()) {
    const master = cloud.masters.get(`${asset.masterKey}@${asset.masterVersionId}`);
    expect(master).toContain(`bytes of ${asset.uploadJobId}/`);
    for (const [server, { version, key }] of Object.entries(asset.publications)) {
      expect(version).toBe(asset.version);
      expect(cloud.origins.get(`${server}:${key}`)).toBe(master);
    }
    if (!isPublished(asset))
      expect(cloud.origins.has(`image-serving:${originKey('image-serving', asset)}`)).toBe(false);
  }
}

/** The parts of the cloud that do not depend on the order. */
function outcomeOf(cloud: UploadCloud) {
  return [...cloud.assets.values()]
    .map(({ id, uploadJobId, uploadedAt, intent, publications }) => ({
      id,
      uploadJobId,
      uploadedAt,
      intent,
      published: isPublished({ publications }),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

describe('events in any order, some of them twice', () => {
  it('have the same result as each once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(uploads, async ({ jobs, seconds, publish, order }) => {
        const plain = uploadCloud();
        for (const event of fill(plain, jobs, seconds, publish)) await ingest(plain, event.jobId, event.file);
        const mixed = uploadCloud();
        for (const event of shuffle(fill(mixed, jobs, seconds, publish), order)) {
          await ingest(mixed, event.jobId, event.file);
        }
        expectWhole(plain);
        expectWhole(mixed);
        expect(outcomeOf(mixed)).toEqual(outcomeOf(plain));
        // The masters bucket holds only versions.
        const versions = [...mixed.assets.values()].reduce((sum, { version }) => sum + version, 0);
        expect(mixed.masters.size).toBe(versions);
      }),
      { numRuns: 100 },
    );
  });

  it('have the same result if the function dies anywhere and they are delivered again', async () => {
    await fc.assert(
      fc.asyncProperty(
        uploads,
        fc.array(fc.nat(60), { maxLength: 8 }),
        async ({ jobs, seconds, publish, order }, deaths) => {
          const cloud = uploadCloud();
          const events = shuffle(fill(cloud, jobs, seconds, publish), order);
          const expected = uploadCloud();
          for (const event of fill(expected, jobs, seconds, publish))
            await ingest(expected, event.jobId, event.file);
          let calls = 0;
          cloud.commandFault = () => {
            calls += 1;
            if (deaths.includes(calls)) throw new Error('out of memory');
          };
          while (events.length > 0) {
            const event = events.shift();
            if (event) await ingest(cloud, event.jobId, event.file).catch(() => events.push(event));
          }
          expectWhole(cloud);
          expect(outcomeOf(cloud)).toEqual(outcomeOf(expected));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('have the same result in parallel, with an upload cancelled meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        uploads,
        fc.scheduler(),
        fc.boolean(),
        async ({ jobs, seconds, publish, order }, scheduler, cancels) => {
          const cloud = uploadCloud();
          const events = shuffle(fill(cloud, jobs, seconds, publish), order.slice(0, 8));
          cloud.commandFault = () => scheduler.schedule(Promise.resolve());
          const work = events.map(async (event) => {
            // A message that fails is delivered again.
            for (let tries = 0; tries < 5; tries += 1) {
              try {
                return await ingest(cloud, event.jobId, event.file);
              } catch {
                // As the queue does.
              }
            }
            throw new Error('it never succeeds');
          });
          const [jobId = ''] = cloud.jobs.keys();
          const cancel = cancels
            ? jobHandlers
                .cancelJob(
                  {
                    company,
                    user: { subject: 'ann', name: 'Ann', role: 'user' },
                    params: { company, jobId },
                    body: { force: false },
                  },
                  dependenciesWith(cloud.cancel),
                )
                .catch(() => undefined)
            : Promise.resolve();
          await scheduler.waitFor(Promise.all([...work, cancel]));
          expectWhole(cloud);
          for (const asset of cloud.assets.values()) expect(isPublished(asset)).toBe(publish);
          const versions = [...cloud.assets.values()].reduce((sum, { version }) => sum + version, 0);
          expect(cloud.masters.size).toBe(versions);
        },
      ),
      { numRuns: 100 },
    );
  });
});
