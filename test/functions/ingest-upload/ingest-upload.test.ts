import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPublished } from '../../../domain/assets/asset.ts';
import { originKey } from '../../../domain/delivery/origin-key.ts';
import { addsUp } from '../../../domain/jobs/counts.ts';
import { isTerminal } from '../../../domain/jobs/job.ts';
import { ingestUpload } from '../../../functions/ingest-upload/ingest-upload.ts';
import { jobHandlers } from '../../../functions/serve-api/jobs/job-handlers.ts';
import { worldWith } from '../serve-api/api-world.ts';
import { company, type UploadWorld, uploadWorld } from './upload-world.ts';

const jobA = '01M868ZY4BTMHSX5Z3VJK1D3HA';
const jobB = '01M868ZY4BTMHSX5Z3VJK1D3HB';
const at = (second: number) => `2026-11-24T09:00:${String(second).padStart(2, '0')}.000Z`;

const ingest = (world: UploadWorld, jobId: string, file = 1, lastAttempt = false) =>
  ingestUpload({ company, jobId, file, lastAttempt }, world.dependencies);

const logEntryOf = (world: UploadWorld, jobId: string, file = 1) =>
  world.files.get(`${jobId}/${file}`)?.logEntry;

describe('a file that arrives', () => {
  it('is recorded, published, counted, and no longer staged', async () => {
    const world = uploadWorld();
    world.addJob(jobA, ['shoe.png'], { folder: '/autumn/' });
    world.arrive(jobA, 1, at(1));
    await ingest(world, jobA);
    expect(world.assets.get('shoe')).toMatchObject({
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
    expect(logEntryOf(world, jobA)).toMatchObject({
      asset: 'shoe',
      outcome: 'published',
      type: 'image',
      bytes: 9,
    });
    expect(world.jobs.get(jobA)).toMatchObject({
      status: 'succeeded',
      counts: { total: 1, done: 1, bytes: 9 },
    });
    expect(world.origins.get('image-serving:luma/image/shoe')).toBe(`bytes of ${jobA}/1`);
    expect(world.staged.size).toBe(0);
  });

  it.each([
    ['is not to be published', false, 'now', 'pending', 'recorded', 'created; not published yet'],
    ['is to be marked only', true, 'mark', 'live', 'recorded', 'marked for the next publish job'],
  ] as const)(
    'and %s is recorded',
    async (_, publishAfterUploading, publishOnUpload, intent, outcome, message) => {
      const world = uploadWorld();
      world.settings = { ...world.settings, publishOnUpload };
      world.addJob(jobA, ['shoe.png'], { publishAfterUploading });
      world.arrive(jobA, 1, at(1));
      await ingest(world, jobA);
      expect(world.assets.get('shoe')).toMatchObject({ intent, publications: {} });
      expect(logEntryOf(world, jobA)).toMatchObject({ outcome, message: expect.stringContaining(message) });
      expect(world.origins.size).toBe(0);
    },
  );

  it('is ingested with a warning if something about it is odd', async () => {
    const world = uploadWorld();
    world.addJob(jobA, ['shoe.png']);
    world.arrive(jobA, 1, at(1), 'odd');
    await ingest(world, jobA);
    expect(logEntryOf(world, jobA)).toMatchObject({
      outcome: 'warning',
      message: 'shoe.png: created; published. It is odd',
    });
    expect(world.jobs.get(jobA)?.counts).toMatchObject({ done: 1, warnings: 1 });
  });

  it('becomes an error entry if it is refused, never an asset, and is not kept', async () => {
    const world = uploadWorld();
    world.addJob(jobA, ['shoe.png', 'boot.png']);
    world.arrive(jobA, 1, at(1), 'refused: it is HTML');
    world.arrive(jobA, 2, at(1));
    await ingest(world, jobA, 1);
    expect(logEntryOf(world, jobA)).toMatchObject({
      outcome: 'error',
      message: 'shoe.png: refused: it is HTML',
    });
    expect(world.jobs.get(jobA)?.status).toBe('running');
    await ingest(world, jobA, 2);
    expect(world.jobs.get(jobA)).toMatchObject({
      status: 'completed-with-errors',
      counts: { done: 1, errors: 1 },
    });
    expect([...world.assets.keys()]).toEqual(['boot']);
    expect(world.masters.size).toBe(1);
    expect(world.staged.size).toBe(0);
  });

  it('becomes an error if its length is not the declared one', async () => {
    const world = uploadWorld();
    world.addJob(jobA, ['shoe.png']);
    world.staged.set(`${company}/${jobA}/1`, { bytes: 8, uploadedAt: at(1), content: 'short' });
    await ingest(world, jobA);
    expect(logEntryOf(world, jobA)?.message).toBe('shoe.png: 8 bytes arrived, 9 were declared');
  });

  it.each([
    ['of a file that its job does not have', jobA, 2],
    ['of a job that is not there', jobB, 1],
  ])('%s is removed', async (_, jobId, file) => {
    const world = uploadWorld();
    world.addJob(jobA, ['shoe.png']);
    world.arrive(jobId, file, at(1));
    await ingest(world, jobId, file);
    expect(world.staged.size).toBe(0);
    expect(world.warnings).toHaveLength(1);
    expect(world.assets.size).toBe(0);
  });
});

describe('a re-upload', () => {
  it.each([
    ['of a published asset goes live at once', 'live', true, 'live', 2],
    ['of a held asset stays held', 'held', false, 'held', undefined],
    ['of a pending asset stays pending', 'pending', false, 'pending', undefined],
  ] as const)('%s', async (_, intent, published, after, live) => {
    const world = uploadWorld();
    world.addJob(jobA, ['shoe.png'], { publishAfterUploading: published });
    world.arrive(jobA, 1, at(1));
    await ingest(world, jobA);
    const first = world.assets.get('shoe');
    if (first) world.assets.set('shoe', { ...first, intent });
    world.addJob(jobB, ['shoe.webp'], { folder: '/new/', submittedBy: 'ben' });
    world.arrive(jobB, 1, at(2));
    await ingest(world, jobB);
    const asset = world.assets.get('shoe');
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
    const world = uploadWorld();
    world.addJob(jobA, ['shoe.png']);
    world.arrive(jobA, 1, at(1));
    await ingest(world, jobA);
    world.settings = { ...world.settings, retainPublishState: false };
    world.addJob(jobB, ['shoe.png'], { publishAfterUploading: false });
    world.arrive(jobB, 1, at(2));
    await ingest(world, jobB);
    expect(world.assets.get('shoe')).toMatchObject({ version: 2, intent: 'pending', publications: {} });
    expect(world.origins.size).toBe(0);
    expect(world.invalidated).toEqual(['shoe']);
    expect(logEntryOf(world, jobB)).toMatchObject({ outcome: 'recorded' });
  });

  it.each([
    ['another type than before names the sets that show it', 'pdf', 'warning'],
    ['the same type has nothing to say of them', 'image', 'published'],
  ] as const)('of %s', async (_, before, outcome) => {
    const world = uploadWorld();
    world.sets = ['views', 'all shoes'];
    world.addJob(jobA, ['shoe.png']);
    world.arrive(jobA, 1, at(1));
    await ingest(world, jobA);
    const asset = world.assets.get('shoe');
    if (asset) world.assets.set('shoe', { ...asset, type: before });
    world.addJob(jobB, ['shoe.png']);
    world.arrive(jobB, 1, at(2));
    await ingest(world, jobB);
    const named = /Its type is now image\. .*: views, all shoes$/.test(
      logEntryOf(world, jobB)?.message ?? '',
    );
    expect([logEntryOf(world, jobB)?.outcome, named]).toEqual([outcome, before === 'pdf']);
  });

  it.each([
    ['in order', [jobA, jobB]],
    ['out of order', [jobB, jobA]],
    ['twice', [jobA, jobB, jobA, jobB]],
    ['twice and out of order', [jobB, jobA, jobB, jobA]],
  ])('whose events come %s ends with the later file', async (_, order) => {
    const world = uploadWorld();
    world.addJob(jobA, ['shoe.png']);
    world.addJob(jobB, ['shoe.png']);
    world.arrive(jobA, 1, at(1));
    world.arrive(jobB, 1, at(2));
    for (const jobId of order) await ingest(world, jobId);
    expect(world.assets.get('shoe')).toMatchObject({ uploadJobId: jobB, uploadedAt: at(2) });
    expect(world.origins.get('image-serving:luma/image/shoe')).toBe(`bytes of ${jobB}/1`);
    expect(['published', 'skipped']).toContain(logEntryOf(world, jobA)?.outcome);
    expect(logEntryOf(world, jobB)?.outcome).toBe('published');
    for (const jobId of [jobA, jobB]) expect(world.jobs.get(jobId)?.status).toBe('succeeded');
  });
});

describe('an upload that another one overtakes while it is published', () => {
  it('copies again what it deleted between the copy and the record of the other', async () => {
    const world = uploadWorld();
    world.addJob(jobA, ['shoe.png']);
    world.arrive(jobA, 1, at(1));
    const object = 'image-serving:luma/image/shoe';
    const other = `bytes of ${jobB}/1`;
    let looks = 0;
    world.interfere = async (call, when) => {
      const asset = world.assets.get('shoe');
      if (!asset) return;
      if (call === 'recordPublication' && when === 'before' && asset.version === 1) {
        world.masters.set('luma/shoe@vB', other);
        world.assets.set('shoe', { ...asset, version: 2, masterVersionId: 'vB', uploadJobId: jobB });
        world.origins.set(object, other);
      }
      // The third read of the new version: the object is deleted, and no further call reads it.
      if (call === 'getAsset' && when === 'after' && asset.version === 2) looks += 1;
      if (looks === 3 && !isPublished(asset)) {
        expect(world.origins.has(object)).toBe(false);
        const publication = { version: 2, at: at(2), by: 'ben', key: 'luma/image/shoe' };
        world.assets.set('shoe', { ...asset, publications: { 'image-serving': publication } });
      }
    };
    await ingest(world, jobA);
    expect(looks).toBeGreaterThan(3);
    expect(world.origins.get(object)).toBe(other);
    expect(world.assets.get('shoe')?.publications['image-serving']?.version).toBe(2);
  });
});

describe('a stopped upload', () => {
  it('ingests no file that arrives later', async () => {
    const world = uploadWorld();
    world.addJob(jobA, ['shoe.png', 'boot.png']);
    world.arrive(jobA, 1, at(1));
    await ingest(world, jobA, 1);
    const stopped = await jobHandlers.cancelJob(
      {
        company,
        user: { subject: 'ann', name: 'Ann', role: 'user' },
        params: { company, jobId: jobA },
        body: { force: false },
      },
      worldWith(world.cancel),
    );
    expect(stopped).toMatchObject({ status: 'stopped', counts: { total: 2, done: 1, notReached: 1 } });
    world.arrive(jobA, 2, at(2));
    await ingest(world, jobA, 2);
    expect([...world.assets.keys()]).toEqual(['shoe']);
    expect(world.staged.size).toBe(0);
    expect(logEntryOf(world, jobA, 2)?.outcome).toBe('not-reached');
  });

  it('ends with the file that was under way', async () => {
    const world = uploadWorld();
    const job = world.addJob(jobA, ['shoe.png']);
    world.arrive(jobA, 1, at(1));
    world.jobs.set(jobA, { ...job, status: 'stopping' });
    await ingest(world, jobA);
    expect(world.jobs.get(jobA)).toMatchObject({ status: 'stopped', counts: { notReached: 1 } });
  });
});

describe('an error on our side', () => {
  it.each([
    ['before anything is decided', 'copyToMasters', 'pending', undefined],
    ['once it is recorded', 'copyToOrigin', 'recorded', undefined],
  ])('%s leaves the file to the next try', async (_, faulty, state) => {
    const world = uploadWorld();
    world.addJob(jobA, ['shoe.png']);
    world.arrive(jobA, 1, at(1));
    world.interfere = async (call, when) => {
      if (call === faulty && when === 'before') throw new Error('S3 is away');
    };
    await expect(ingest(world, jobA)).rejects.toThrow();
    expect(world.files.get(`${jobA}/1`)?.state).toBe(state);
    expect(world.staged.size).toBe(1);
    world.interfere = async () => {};
    await ingest(world, jobA);
    expect(world.jobs.get(jobA)).toMatchObject({ status: 'succeeded', counts: { done: 1, errors: 0 } });
    expect(isPublished(world.assets.get('shoe') ?? { publications: {} })).toBe(true);
  });

  it.each([
    ['before anything is decided', 'copyToMasters', 'error', 'upload it again', 'completed-with-errors'],
    ['once it is recorded', 'copyToOrigin', 'warning', 'could not be published', 'succeeded'],
  ])(
    '%s gives the file its line on the last try, and still goes to the dead letters',
    async (_, faulty, outcome, text, status) => {
      const world = uploadWorld();
      world.addJob(jobA, ['shoe.png']);
      world.arrive(jobA, 1, at(1));
      world.interfere = async (call, when) => {
        if (call === faulty && when === 'before') throw new Error('password=hunter2');
      };
      await expect(ingest(world, jobA, 1, true)).rejects.toThrow();
      expect(logEntryOf(world, jobA)).toMatchObject({ outcome, message: expect.stringContaining(text) });
      expect(logEntryOf(world, jobA)?.message).not.toContain('hunter2');
      expect(world.jobs.get(jobA)?.status).toBe(status);
      expect(world.staged.size).toBe(0);
      await ingest(world, jobA);
      expect(world.jobs.get(jobA)?.status).toBe(status);
    },
  );
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
  world: UploadWorld,
  jobs: readonly (readonly string[])[],
  seconds: readonly number[],
  publish: boolean,
): Event[] {
  let count = 0;
  return jobs.flatMap((ids, index) => {
    const jobId = `01M868ZY4BTMHSX5Z3VJK1D3H${index}`;
    world.addJob(
      jobId,
      ids.map((id) => `${id}.png`),
      { publishAfterUploading: publish },
    );
    return ids.map((_, file) => {
      world.arrive(jobId, file + 1, at(seconds[count++ % seconds.length] ?? 0));
      return { jobId, file: file + 1 };
    });
  });
}

/** Events in any order, each at least once, some twice. */
function shuffle(events: readonly Event[], order: readonly number[]): Event[] {
  const drawn = order.map((pick) => events[pick % events.length]).filter((event) => event !== undefined);
  return [...drawn, ...events];
}

function expectWhole(world: UploadWorld): void {
  for (const job of world.jobs.values()) {
    expect(isTerminal(job.status)).toBe(true);
    expect(addsUp(job.counts)).toBe(true);
  }
  for (const file of world.files.values()) expect(file.state).toBe('settled');
  expect(world.staged.size).toBe(0);
  for (const asset of world.assets.values()) {
    const master = world.masters.get(`${asset.masterKey}@${asset.masterVersionId}`);
    expect(master).toContain(`bytes of ${asset.uploadJobId}/`);
    for (const [server, { version, key }] of Object.entries(asset.publications)) {
      expect(version).toBe(asset.version);
      expect(world.origins.get(`${server}:${key}`)).toBe(master);
    }
    if (!isPublished(asset))
      expect(world.origins.has(`image-serving:${originKey('image-serving', asset)}`)).toBe(false);
  }
}

/** The parts of the world that do not depend on the order. */
function outcomeOf(world: UploadWorld) {
  return [...world.assets.values()]
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
        const plain = uploadWorld();
        for (const event of fill(plain, jobs, seconds, publish)) await ingest(plain, event.jobId, event.file);
        const mixed = uploadWorld();
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
      { numRuns: 150 },
    );
  });

  it('have the same result if the function dies anywhere and they are delivered again', async () => {
    await fc.assert(
      fc.asyncProperty(
        uploads,
        fc.array(fc.nat(60), { maxLength: 8 }),
        async ({ jobs, seconds, publish, order }, deaths) => {
          const world = uploadWorld();
          const events = shuffle(fill(world, jobs, seconds, publish), order);
          const expected = uploadWorld();
          for (const event of fill(expected, jobs, seconds, publish))
            await ingest(expected, event.jobId, event.file);
          let calls = 0;
          world.interfere = async () => {
            calls += 1;
            if (deaths.includes(calls)) throw new Error('out of memory');
          };
          while (events.length > 0) {
            const event = events.shift();
            if (event) await ingest(world, event.jobId, event.file).catch(() => events.push(event));
          }
          expectWhole(world);
          expect(outcomeOf(world)).toEqual(outcomeOf(expected));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('have the same result in parallel, with an upload cancelled meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        uploads,
        fc.scheduler(),
        fc.boolean(),
        async ({ jobs, seconds, publish, order }, scheduler, cancels) => {
          const world = uploadWorld();
          const events = shuffle(fill(world, jobs, seconds, publish), order.slice(0, 8));
          world.interfere = async () => scheduler.schedule(Promise.resolve());
          const work = events.map(async (event) => {
            // A message that fails is delivered again.
            for (let tries = 0; tries < 5; tries += 1) {
              try {
                return await ingest(world, event.jobId, event.file);
              } catch {
                // As the queue does.
              }
            }
            throw new Error('it never succeeds');
          });
          const [jobId = ''] = world.jobs.keys();
          const cancel = cancels
            ? jobHandlers
                .cancelJob(
                  {
                    company,
                    user: { subject: 'ann', name: 'Ann', role: 'user' },
                    params: { company, jobId },
                    body: { force: false },
                  },
                  worldWith(world.cancel),
                )
                .catch(() => undefined)
            : Promise.resolve();
          await scheduler.waitFor(Promise.all([...work, cancel]));
          expectWhole(world);
          for (const asset of world.assets.values()) expect(isPublished(asset)).toBe(publish);
          const versions = [...world.assets.values()].reduce((sum, { version }) => sum + version, 0);
          expect(world.masters.size).toBe(versions);
        },
      ),
      { numRuns: 150 },
    );
  });
});
