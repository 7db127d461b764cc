import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Server } from '../../../domain/delivery/server.ts';
import { addCounts, emptyByServer, sumOfLogEntries } from '../../../domain/jobs/counts.ts';
import { noCounts } from '../../../domain/jobs/job.ts';
import type { PlanEntry } from '../../../domain/jobs/part.ts';
import { finishJob } from '../../../functions/finish-job/finish-job.ts';
import { planJob } from '../../../functions/plan-job/plan-job.ts';
import { publishPart } from '../../../functions/publish-part/publish-part.ts';
import { brokeEvent } from '../../statemachines/run-publish-job.ts';
import { anAsset, aPublishJob, company, jobIdOf } from '../../support/builders.ts';
import { type PublishCloud, publishCloud } from '../../support/publish-cloud.ts';

const id = jobIdOf(1);
const event = { execution: id, state: { company, jobId: id } };
let cloud: PublishCloud;

/** A running job with three planned parts, of which the first is done. */
beforeEach(async () => {
  cloud = publishCloud();
  const servers: Server[] = ['image-serving'];
  const perServer = emptyByServer(servers);
  cloud.jobs.set(id, aPublishJob({ status: 'running', execution: id, servers, perServer }));
  cloud.locks.set('image-serving', id);
  for (let index = 0; index < 250; index += 1) cloud.put(anAsset({ id: `a${index}` }));
  await planJob({ company, jobId: id }, cloud.dependencies);
  await publishPart({ company, jobId: id, level: 0, part: 0, key: partKey(0) }, cloud.dependencies);
});

const callsOf = (name: string) => cloud.calls.filter((call) => call === name).length;
/** The planner adds a random ending to the names of its parts. */
const partKey = (part: number) =>
  cloud.files.keys().find((key) => key.startsWith(`_30-days/${company}/${id}/plan/000/000000${part}-`)) ?? '';

describe('finish-job', () => {
  it('closes interrupted parts from the records of their assets', async () => {
    const [entry] = JSON.parse(cloud.files.get(partKey(1)) ?? '[]') as PlanEntry[];
    const asset = cloud.assets.get(entry?.id ?? '');
    if (!asset) throw new Error('The plan has no asset');
    // The worker of part 1 died after its first asset, before the history of that asset.
    const publication = { version: 1, at: 'then', by: 'ann', jobId: id, key: `luma/image/${asset.id}` };
    cloud.put({ ...asset, intent: 'live', publications: { 'image-serving': publication } });

    const response = await finishJob(event, cloud.dependencies);
    expect(response).toEqual({ company, jobId: id, outcome: 'ended', status: 'completed-with-errors' });
    expect(cloud.jobs.get(id)?.counts).toEqual({
      ...noCounts,
      total: 250,
      done: 101,
      errors: 149,
      bytes: 101_000,
    });
    expect(cloud.history.get(`${asset.id}#PUBLISHED#then#image-serving`)).toMatchObject({ jobId: id });
    expect(cloud.log(id).filter(({ outcome }) => outcome === 'error')).toHaveLength(149);
    expect(cloud.log(id).at(-1)).toMatchObject({ outcome: 'end' });
    expect(cloud.locks.size).toBe(0);
  });

  it('returns more if its time runs short, keeps its results, and continues from there', async () => {
    for (let index = 250; index < 4_000; index += 1) cloud.put(anAsset({ id: `a${index}` }));
    cloud.setPlan(id);
    await planJob({ company, jobId: id }, cloud.dependencies);
    const failure = { Error: 'States.Runtime' };
    cloud.timeLeft = 0;
    let state: unknown = { company, jobId: id, failure };
    let answers = 0;
    for (;;) {
      const response = await finishJob({ execution: id, state }, cloud.dependencies);
      answers += 1;
      if (response.outcome !== 'more') break;
      expect(response).toEqual({ company, jobId: id, outcome: 'more', status: 'running', failure });
      state = response;
    }
    // 16 parts in a call; the first part is done.
    expect(answers).toBe(3);
    // Each part is closed once; the first was published.
    expect(callsOf('readPart')).toBe(callsOf('closePart') + 1);
    const job = cloud.jobs.get(id);
    const total = job?.counts.total ?? 0;
    expect(job).toMatchObject({ status: 'failed', counts: { done: 100, notReached: total - 100 } });
    expect(job).not.toHaveProperty('closing');
    expect(cloud.log(id)).toHaveLength(total + 1);
  });

  it('spends on an interrupted part what decision 9 states, and records its progress', async () => {
    // A hundredth of ten million assets, in parts of one: a thousand parts.
    const entry = { type: 'image', version: 1, servers: ['image-serving'], bytes: 1_000 };
    const lines = Array.from({ length: 1_100 }, (_, part) => {
      const key = `part-${part}`;
      cloud.files.set(key, JSON.stringify([{ ...entry, id: `b${part}` }]));
      return { company, jobId: id, level: 0, part, key };
    });
    cloud.setPlan(id, lines);
    cloud.parts.clear();
    for (const key of cloud.files.keys())
      if (key.startsWith(`${company}/${id}/log/`)) cloud.files.delete(key);
    cloud.calls.length = 0;
    await finishJob(event, cloud.dependencies);
    for (const call of ['readPart', 'getAssets', 'closePart', 'addPartLog']) {
      expect(callsOf(call), call).toBe(1_100);
    }
    expect(callsOf('recordClosing')).toBe(1);
    expect(cloud.jobs.get(id)?.counts).toMatchObject({ total: 1_100, errors: 1_100 });
  });

  it('keeps log entries of a worker that died before it counted them', async () => {
    const [entry] = JSON.parse(cloud.files.get(partKey(1)) ?? '[]') as PlanEntry[];
    const line = { time: 'then', server: 'image-serving', message: 'Why' } as const;
    const place = { company, jobId: id, level: 0, part: 1 };
    const found = [{ ...line, asset: entry?.id ?? '', outcome: 'skipped' } as const];
    await cloud.dependencies.addPartLog(place, found);
    await finishJob(event, cloud.dependencies);
    expect(cloud.log(id).filter(({ asset }) => asset === entry?.id)).toEqual(found);
    expect(cloud.jobs.get(id)?.counts).toMatchObject({ total: 250, done: 100, skipped: 1, errors: 149 });
    expect(sumOfLogEntries(cloud.log(id))).toEqual(cloud.jobs.get(id)?.counts);
  });

  it('overwrites no log entries of a worker with its own', async () => {
    const written: (() => void)[] = [];
    const slow: PublishCloud['dependencies'] = {
      ...cloud.dependencies,
      addPartLog: async (...args) => {
        await new Promise<void>((resolve) => written.push(resolve));
        return cloud.dependencies.addPartLog(...args);
      },
    };
    const late = finishJob(brokeEvent(id, 'FAILED'), slow);
    await vi.waitFor(() => expect(written).toHaveLength(2));
    await finishJob(event, cloud.dependencies);
    await publishPart({ company, jobId: id, level: 0, part: 1, key: partKey(1) }, cloud.dependencies);
    for (const go of written) go();
    await late;
    expect(sumOfLogEntries(cloud.log(id))).toEqual(cloud.jobs.get(id)?.counts);
  });

  it('ends a job whose plan was never finished without log entries, also for a planner that comes later', async () => {
    cloud.setPlan(id);
    cloud.parts.clear();
    await finishJob(brokeEvent(id, 'FAILED'), cloud.dependencies);
    expect(cloud.jobs.get(id)).toMatchObject({ status: 'failed', counts: noCounts });
    const late = await planJob({ company, jobId: id }, cloud.dependencies);
    expect(late).toMatchObject({ done: true, levels: [] });
  });

  it('has the same counts as another call that ends the job at the same time', async () => {
    const calls = [
      finishJob(event, cloud.dependencies),
      finishJob(brokeEvent(id, 'FAILED'), cloud.dependencies),
    ];
    await Promise.all(calls);
    const counts = cloud.jobs.get(id)?.counts;
    const parts = [...cloud.parts.values()].map((part) => part.counts);
    expect(parts.reduce(addCounts, noCounts)).toEqual(counts);
    expect(counts).toMatchObject({ total: 250, done: 100 });
    expect(sumOfLogEntries(cloud.log(id))).toEqual(counts);
  });

  it.each(['addPartLog', 'closePart'])('continues after a call that died before %s', async (name) => {
    cloud.fault = (call, when) => {
      if (call === name && when === 'before') throw new Error('made by a test');
    };
    await expect(finishJob(event, cloud.dependencies)).rejects.toThrow('made by a test');
    cloud.fault = () => {};
    await finishJob(event, cloud.dependencies);
    expect(sumOfLogEntries(cloud.log(id))).toEqual(cloud.jobs.get(id)?.counts);
    expect(cloud.log(id)).toHaveLength(251);
  });

  it.each([
    ['cancelled', 'stopping', undefined, 'stopped'],
    ['broken', 'running', { Error: 'States.Runtime' }, 'failed'],
  ] as const)('leaves what a %s job did not come to as it was', async (_, status, failure, expected) => {
    cloud.jobs.set(id, { ...aPublishJob(), ...cloud.jobs.get(id), status });
    const response = await finishJob(
      { execution: id, state: { company, jobId: id, failure } },
      cloud.dependencies,
    );
    expect(response.status).toBe(expected);
    expect(cloud.jobs.get(id)?.counts).toMatchObject({ total: 250, done: 100, notReached: 150, errors: 0 });
  });

  it('changes nothing when it is called again, except that it frees locks and starts waiting jobs', async () => {
    await finishJob(event, cloud.dependencies);
    const ended = cloud.jobs.get(id);
    cloud.locks.set('image-serving', id);
    const next = aPublishJob({ id: jobIdOf(2) });
    await cloud.dependencies.createPublishJob(next);
    await finishJob(event, cloud.dependencies);
    await finishJob(brokeEvent(id, 'FAILED'), cloud.dependencies);
    expect(cloud.jobs.get(id)).toEqual(ended);
    expect(cloud.locks.size).toBe(0);
    expect(cloud.started).toContain(`${next.id}-2`);
  });

  it('sends the notification, again after a crash, and never while the job runs', async () => {
    const notification = { message: { kind: 'ended', company, jobId: id }, delay: 0 };
    cloud.fault = (call, when) => {
      if (call === 'sendNotification' && when === 'before') throw new Error('made by a test');
    };
    await expect(finishJob(event, cloud.dependencies)).rejects.toThrow('made by a test');
    expect(cloud.jobs.get(id)?.status).toBe('completed-with-errors');
    cloud.fault = () => {};
    await finishJob(event, cloud.dependencies);
    expect(cloud.notified).toEqual([notification]);

    const queued = aPublishJob({ id: jobIdOf(2) });
    await cloud.dependencies.createPublishJob(queued);
    await finishJob({ execution: queued.id, state: { company, jobId: queued.id } }, cloud.dependencies);
    expect(cloud.notified).toEqual([notification]);
  });

  it('ends the job if its replacements cannot be invalidated, and logs that', async () => {
    const job = cloud.jobs.get(id);
    if (job?.kind !== 'publish') throw new Error('There is no job');
    cloud.jobs.set(id, { ...job, invalidate: true });
    const warnings: string[] = [];
    const response = await finishJob(event, {
      ...cloud.dependencies,
      readLog: () => Promise.reject(new Error('made by a test')),
      warn: (message) => warnings.push(message),
    });
    expect(response.outcome).toBe('ended');
    expect(cloud.log(id).at(-1)?.message).toContain('could not be invalidated');
    expect(warnings).toEqual(['Replacements of a job could not be invalidated']);
    expect(cloud.locks.size).toBe(0);
  });

  it.each(['freeLocks', 'sendNotification', 'startExecution', 'emitEnd', 'markEndProcessed'])(
    'leaves the end of the job unprocessed if it dies before %s, and a further call processes it',
    async (name) => {
      await cloud.dependencies.createPublishJob(aPublishJob({ id: jobIdOf(2) }));
      cloud.fault = (call, when) => {
        if (call === name && when === 'before') throw new Error('made by a test');
      };
      await expect(finishJob(event, cloud.dependencies)).rejects.toThrow('made by a test');
      expect(cloud.unprocessed).toEqual([id]);
      cloud.fault = () => {};
      expect(await finishJob(brokeEvent(id, 'FAILED'), cloud.dependencies)).toMatchObject({
        outcome: 'ended',
      });
      expect(cloud.unprocessed).toEqual([]);
      expect(cloud.notified).toContainEqual({ message: { kind: 'ended', company, jobId: id }, delay: 0 });
      expect(cloud.emittedEnds).toContainEqual(
        expect.objectContaining({ id, status: 'completed-with-errors' }),
      );
    },
  );

  it('writes the missing last log entry of a job that was stopped while queued', async () => {
    const ended = '2026-11-24T09:00:00.000Z';
    const waiting = jobIdOf(2);
    cloud.jobs.set(waiting, aPublishJob({ id: waiting, status: 'stopped', stoppedBy: 'bob', ended }));
    await finishJob(brokeEvent(waiting, 'FAILED'), cloud.dependencies);
    expect(cloud.log(waiting)).toMatchObject([{ outcome: 'end', time: ended }]);
  });

  it('frees no lock that another job has taken', async () => {
    cloud.locks.set('video', jobIdOf(2));
    cloud.locks.set('image-serving', jobIdOf(2));
    await finishJob(event, cloud.dependencies);
    expect([...cloud.locks.values()]).toEqual([jobIdOf(2), jobIdOf(2)]);
  });

  it('ends the job as stopped when it is cancelled in the last moment', async () => {
    cloud.fault = (call, when) => {
      if (call === 'endJob' && when === 'before') {
        cloud.fault = () => {};
        cloud.jobs.set(id, { ...aPublishJob(), ...cloud.jobs.get(id), status: 'stopping' });
      }
    };
    expect(await finishJob(event, cloud.dependencies)).toMatchObject({ status: 'stopped' });
    expect(cloud.log(id).at(-1)?.message).toMatch(/: stopped\./);
  });

  it('keeps the counts that a worker wrote while its part was being closed', async () => {
    const key = partKey(1);
    cloud.fault = (call, when) => {
      if (call !== 'closePart' || when !== 'before') return;
      cloud.fault = () => {};
      cloud.parts.set(`${id}/0/1`, {
        level: 0,
        part: 1,
        counts: { ...noCounts, total: 100, done: 100 },
        perServer: {},
        closed: false,
        at: 'now',
      });
      cloud.setPartLog(id, 1, [{ time: 'now', outcome: 'published', message: key }]);
    };
    await finishJob(event, cloud.dependencies);
    expect(cloud.jobs.get(id)?.counts).toMatchObject({ done: 200, errors: 50 });
    expect(cloud.log(id)).toContainEqual({ time: 'now', outcome: 'published', message: key });
  });

  it.each([
    ['an execution that does not run the job', { ...event, execution: `${id}-2` }],
    ['the event of an execution that does not run the job', brokeEvent(`${id}-2`, 'ABORTED')],
    ['a job that does not exist', { execution: jobIdOf(7), state: { company, jobId: jobIdOf(7) } }],
  ])('ignores %s', async (_, strange) => {
    expect(await finishJob(strange, cloud.dependencies)).toMatchObject({ outcome: 'ignored' });
    expect(cloud.jobs.get(id)?.status).toBe('running');
    expect(cloud.locks.size).toBe(1);
  });

  it('fails only a job whose last execution could not begin it', async () => {
    const queued = aPublishJob({ id: jobIdOf(2), executionNumber: 2 });
    await cloud.dependencies.createPublishJob(queued);
    await finishJob(brokeEvent(queued.id, 'FAILED', 'TypeError'), cloud.dependencies);
    expect(cloud.jobs.get(queued.id)?.status).toBe('queued');
    await finishJob(brokeEvent(`${queued.id}-2`, 'FAILED', 'TypeError'), cloud.dependencies);
    expect(cloud.jobs.get(queued.id)).toMatchObject({ status: 'failed', counts: noCounts });
    expect(cloud.queue.size).toBe(0);
  });

  it('refuses an event of another kind', async () => {
    const strange = { ...brokeEvent(id, 'FAILED'), 'detail-type': 'Something else' };
    await expect(finishJob(strange, cloud.dependencies)).rejects.toThrow();
  });
});
