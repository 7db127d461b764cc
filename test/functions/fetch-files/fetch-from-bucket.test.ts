import { describe, expect, it } from 'vitest';
import { closeOverdue } from '../../../application/uploads/close-overdue.ts';
import { addsUp } from '../../../domain/jobs/counts.ts';
import { multipartAbove } from '../../../domain/uploads/limits.ts';
import { maxFetchedFiles } from '../../../domain/uploads/upload-source.ts';
import { listSource } from '../../../functions/fetch-files/list-source.ts';
import { jobHandlers } from '../../../functions/serve-api/jobs/job-handlers.ts';
import { company } from '../../support/builders.ts';
import { type FetchCloud, fetchCloud } from '../../support/fetch-cloud.ts';
import { dependenciesWith } from '../serve-api/ask.ts';

const jobA = '01M868ZY4BTMHSX5Z3VJK1D3HA';
const jobB = '01M868ZY4BTMHSX5Z3VJK1D3HB';

function cloudWith(...keys: string[]): FetchCloud {
  const cloud = fetchCloud();
  for (const key of keys) cloud.source.put(key, `bytes of ${key}`);
  return cloud;
}

const assets = (cloud: FetchCloud) =>
  [...cloud.assets].map(([id, { folder, version }]) => `${folder}${id} ${version}`).sort();

describe('An upload from a bucket', () => {
  it('takes the files below the prefix into the folders that they are in, and publishes them', async () => {
    const cloud = cloudWith('web/shoe.png', 'web/autumn/boots/red.png', 'web/', 'other/hat.png');
    await cloud.submit(jobA, {}, { folder: '/shop/' });
    await cloud.settle();
    expect(assets(cloud)).toEqual(['/shop/autumn/boots/red 1', '/shop/shoe 1']);
    expect(cloud.job(jobA)).toMatchObject({
      status: 'succeeded',
      fileCount: 2,
      counts: { total: 2, done: 2 },
      leftOut: { unchanged: 0, more: false },
    });
    expect(cloud.log(jobA)).toEqual([
      'published: red.png: created; published',
      'published: shoe.png: created; published',
    ]);
    expect(cloud.assets.get('shoe')?.sha256).toMatch(/^[\w+/]{43}=$/);
    expect(cloud.origins.get('image-serving:luma/image/shoe')).toBe('bytes of web/shoe.png');
  });

  it.each([
    ['web/', false, ['/hat 1']],
    ['web/a', false, ['/apple 1']],
    ['web/a', true, ['/a/pear 1', '/apple 1']],
    ['web/a/', true, ['/pear 1']],
    ['web/none/', true, []],
  ])('of the prefix %s with subfolders %s takes %j', async (prefix, below, expected) => {
    const cloud = cloudWith('web/hat.png', 'web/a/pear.png', 'web/apple.png');
    if (prefix === 'web/') cloud.source.delete('web/apple.png');
    await cloud.submit(jobA, { prefix, below });
    await cloud.settle();
    expect(assets(cloud)).toEqual(expected);
    expect(cloud.job(jobA)).toMatchObject({ status: 'succeeded', counts: { total: expected.length } });
  });

  it('leaves out what operating systems made', async () => {
    const cloud = cloudWith(
      'web/.DS_Store',
      'web/Thumbs.db',
      'web/__MACOSX/a.png',
      'web/.git/b.png',
      'web/a.png',
    );
    await cloud.submit(jobA);
    await cloud.settle();
    expect(cloud.job(jobA)?.counts).toMatchObject({ total: 1, done: 1 });
  });

  it('refuses files by name, folder and content, each with an entry, and takes the others', async () => {
    const cloud = cloudWith('web/a/one.png', 'web/b/one.jpg', 'web/../up.png', 'web/???.png', 'web/two.png');
    cloud.source.put('web/wrong.png', 'refused: It is cut off');
    await cloud.submit(jobA);
    await cloud.settle();
    expect(cloud.job(jobA)).toMatchObject({
      status: 'completed-with-errors',
      counts: { total: 6, done: 2, errors: 4 },
    });
    expect(cloud.log(jobA)).toEqual([
      'error: up.png: Its path ".." is not a path within the source. Use names of folders only',
      expect.stringMatching(/^error: \?\?\?\.png: .*leaves no id/),
      'published: one.png: created; published',
      'error: one.jpg: it gives the same id "one" as "one.png". Rename one of them',
      'published: two.png: created; published',
      'error: wrong.png: refused: It is cut off',
    ]);
  });

  it('with changedOnly takes what is new or has changed, and says how much it left out', async () => {
    const cloud = cloudWith('web/a.png', 'web/b.png', 'web/c/c.png');
    cloud.source.put('web/wrong.png', 'refused: It is cut off');
    await cloud.submit(jobA, { changedOnly: true });
    await cloud.settle();
    cloud.source.put('web/b.png', 'other bytes');
    cloud.source.put('web/d.png', 'new');
    await cloud.submit(jobB, { changedOnly: true });
    await cloud.settle();
    expect(cloud.job(jobB)).toMatchObject({
      status: 'succeeded',
      counts: { total: 2, done: 2 },
      leftOut: { unchanged: 3, more: false },
    });
    expect(assets(cloud)).toEqual(['/a 1', '/b 2', '/c/c 1', '/d 1']);
  });

  it('without changedOnly, or for another folder, takes all again', async () => {
    const cloud = cloudWith('web/a.png');
    await cloud.submit(jobA);
    await cloud.settle();
    await cloud.submit(jobB, { changedOnly: true }, { folder: '/other/' });
    await cloud.settle();
    expect(assets(cloud)).toEqual(['/other/a 2']);
    await cloud.submit('01M868ZY4BTMHSX5Z3VJK1D3HC');
    await cloud.settle();
    expect(assets(cloud)).toEqual(['/a 3']);
  });

  it('with changedOnly takes a file again that could not be fetched, or was given up at ingest', async () => {
    const cloud = cloudWith('web/a.png', 'web/b.png');
    await cloud.submit(jobA, { changedOnly: true });
    await cloud.process({ kind: 'list', company, jobId: jobA });
    cloud.source.delete('web/a.png');
    await cloud.settle();
    expect(cloud.log(jobA)[0]).toContain('The bucket source refused it: the file no longer exists');
    cloud.source.put('web/a.png', 'bytes of web/a.png');
    await cloud.submit(jobB, { changedOnly: true });
    await cloud.settle();
    expect(cloud.job(jobB)).toMatchObject({ counts: { total: 1, done: 1 }, leftOut: { unchanged: 1 } });
  });

  it('does its work once, however often its messages come', async () => {
    const cloud = cloudWith('web/a.png', 'web/b.png');
    const job = await cloud.submit(jobA);
    await cloud.submit(jobA);
    expect(cloud.waiting()).toHaveLength(2);
    await Promise.all([1, 2, 3].map(() => cloud.process({ kind: 'list', company, jobId: jobA })));
    for (const file of [1, 2, 1, 2]) await cloud.process({ kind: 'file', company, jobId: jobA, file });
    await cloud.settle();
    for (const file of [1, 2]) await cloud.process({ kind: 'file', company, jobId: jobA, file });
    await cloud.process({ kind: 'list', company, jobId: jobA });
    await cloud.settle();
    expect(cloud.job(jobA)).toMatchObject({
      name: job.name,
      status: 'succeeded',
      counts: { total: 2, done: 2 },
    });
    expect(assets(cloud)).toEqual(['/a 1', '/b 1']);
  });

  it('has the same result if its function dies at any call and the message comes again', async () => {
    for (let failing = 1; ; failing += 1) {
      const cloud = cloudWith('web/a.png', 'web/b.png', 'web/???.png');
      await cloud.submit(jobA, { changedOnly: true });
      let calls = 0;
      let message = cloud.take();
      while (message) {
        cloud.memory.hook.onCall = async (_, next) => {
          calls += 1;
          const output = await next();
          if (calls === failing) throw new Error('The function died');
          return output;
        };
        const died = await cloud.process(message).then(
          () => false,
          () => true,
        );
        cloud.memory.hook.onCall = undefined;
        if (!died) message = cloud.take();
      }
      await cloud.settle();
      expect(cloud.job(jobA), `call ${failing}`).toMatchObject({
        status: 'completed-with-errors',
        counts: { total: 3, done: 2, errors: 1 },
      });
      expect(assets(cloud)).toEqual(['/a 1', '/b 1']);
      if (calls < failing) return;
    }
  });

  it('fails with a reason if the bucket may not be read, and is notified', async () => {
    const cloud = cloudWith();
    const { listObjects } = cloud.dependencies;
    cloud.dependencies.listObjects = (source) => listObjects({ ...source, bucket: 'nowhere' });
    await cloud.submit(jobA);
    await cloud.settle();
    expect(cloud.job(jobA)).toMatchObject({
      status: 'failed',
      reason: 'The bucket nowhere refused it: the bucket does not exist (NoSuchBucket)',
    });
    expect(cloud.memory.messages.at(-1)?.body).toEqual({ kind: 'ended', company, jobId: jobA });
  });

  it('fails if the installation no longer allows the bucket', async () => {
    const cloud = cloudWith('web/a.png');
    await cloud.submit(jobA);
    cloud.dependencies = { ...cloud.dependencies, sourceBuckets: [] };
    await cloud.settle();
    expect(cloud.job(jobA)?.reason).toBe('The bucket source is not a source of this company any more');
  });

  it('fails at the last attempt to list it, and after 24 hours without one', async () => {
    const cloud = cloudWith('web/a.png');
    await cloud.submit(jobA);
    cloud.dependencies.listObjects = () => {
      throw new Error('busy');
    };
    await expect(cloud.process({ kind: 'list', company, jobId: jobA })).rejects.toThrow('busy');
    expect(cloud.job(jobA)?.status).toBe('running');
    await cloud.process({ kind: 'list', company, jobId: jobA }, true);
    expect(cloud.job(jobA)?.reason).toContain('something failed on our side');

    const job = await cloud.submit(jobB);
    const now = () => '2026-11-26T09:00:00.000Z';
    await closeOverdue(job, { ...cloud.cancel, ...cloud.dependencies, now });
    expect(cloud.job(jobB)).toMatchObject({ status: 'failed', reason: expect.stringContaining('24 hours') });
  });

  const cancel = (cloud: FetchCloud) =>
    jobHandlers.cancelJob(
      {
        company,
        user: { subject: 'ann', name: 'Ann', role: 'user' },
        params: { company, jobId: jobA },
        body: { force: false },
      },
      dependenciesWith(cloud.cancel),
    );

  it('that is cancelled stops, wherever it is', async () => {
    for (let before = 1; before < 12; before += 1) {
      const cloud = cloudWith('web/a.png', 'web/b.png');
      await cloud.submit(jobA);
      let calls = 0;
      cloud.memory.hook.onCall = async (_, next) => {
        calls += 1;
        if (calls !== before) return next();
        cloud.memory.hook.onCall = undefined;
        await cancel(cloud);
        return next();
      };
      await cloud.settle();
      cloud.memory.hook.onCall = undefined;
      const job = cloud.job(jobA);
      expect(job?.status, `call ${before}`).toBe('stopped');
      expect(job && addsUp(job.counts), `call ${before}`).toBe(true);
    }
  });

  it(`takes ${maxFetchedFiles} files, and says that there are more`, async () => {
    const cloud = fetchCloud();
    await cloud.submit(jobA);
    const added: unknown[] = [];
    const page = Array.from({ length: maxFetchedFiles + 1 }, (_, index) => ({
      key: `web/${index}.png`,
      bytes: 1,
    }));
    await listSource({ company, jobId: jobA }, false, {
      ...cloud.dependencies,
      listObjects: async function* () {
        yield page;
      },
      addFiles: async (files) => void added.push(...files),
      requestFetch: async () => {},
    });
    expect(added).toHaveLength(maxFetchedFiles);
    expect(cloud.job(jobA)).toMatchObject({
      fileCount: maxFetchedFiles,
      leftOut: { unchanged: 0, more: true },
    });
  });

  it('sends a large file in parts, and continues an interrupted transfer with the missing ones', async () => {
    const cloud = fetchCloud();
    const bytes = Buffer.alloc(multipartAbove + 1, 'x');
    cloud.source.put('web/film.png', bytes);
    await cloud.submit(jobA);
    await cloud.process({ kind: 'list', company, jobId: jobA });
    const message = { kind: 'file', company, jobId: jobA, file: 1 } as const;
    let left = 900_000;
    const sent: number[] = [];
    const { sendUploadPart } = cloud.dependencies;
    cloud.dependencies = {
      ...cloud.dependencies,
      timeLeft: () => left,
      sendUploadPart: (key, id, part, range) => {
        sent.push(part);
        if (sent.length === 3) left = 0;
        return sendUploadPart(key, id, part, range);
      },
    };
    await expect(cloud.process(message)).rejects.toThrow('continues at part');
    const first = sent.length;
    left = 900_000;
    await cloud.process(message);
    expect(first).toBeLessThan(7);
    expect(sent.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(cloud.memory.openUploads()).toBe(0);
    await cloud.settle();
    expect(cloud.assets.get('film')).toMatchObject({ bytes: bytes.length, sha256PartBytes: 16_777_216 });
  });

  it('begins a large file again that changed meanwhile', async () => {
    const cloud = fetchCloud();
    cloud.source.put('web/film.png', Buffer.alloc(multipartAbove + 1, 'x'));
    await cloud.submit(jobA);
    await cloud.process({ kind: 'list', company, jobId: jobA });
    const message = { kind: 'file', company, jobId: jobA, file: 1 } as const;
    const { sendUploadPart } = cloud.dependencies;
    const changed = Buffer.alloc(multipartAbove + 1, 'y');
    cloud.dependencies.sendUploadPart = (key, id, part, range) => {
      cloud.source.put('web/film.png', changed);
      return sendUploadPart(key, id, part, range);
    };
    await expect(cloud.process(message)).rejects.toThrow('It was changed while it was fetched');
    cloud.dependencies.sendUploadPart = sendUploadPart;
    await cloud.process(message);
    await cloud.settle();
    const { masterKey = '', masterVersionId } = cloud.assets.get('film') ?? {};
    expect(cloud.masters.get(`${masterKey}@${masterVersionId}`)).toBe(changed.toString());
  });
});
