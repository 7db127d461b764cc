import { company, jobIdOf, anAsset, aPublishJob } from '../../support/builders.ts';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { addCounts, sumOfLogEntries } from '../../../domain/jobs/counts.ts';
import { noCounts } from '../../../domain/jobs/job.ts';
import type { PlanEntry } from '../../../domain/jobs/part.ts';
import { finishJob } from '../../../functions/finish-job/finish-job.ts';
import { planJob } from '../../../functions/plan-job/plan-job.ts';
import { publishPart } from '../../../functions/publish-part/publish-part.ts';
import { brokeEvent } from '../../statemachines/run-publish-job.ts';
import { aPublishJob, anAsset, company, jobIdOf } from '../../support/builders.ts';
import { createWorld, type World } from '../publish-world.ts';

const id = jobIdOf(1);
const event = { execution: id, state: { company, jobId: id } };
let world: World;

/** A running job with three planned parts, of which the first is done. */
beforeEach(async () => {
  world = createWorld();
  world.jobs.set(id, aPublishJob({ status: 'running', execution: id, servers: ['image-serving'] }));
  world.locks.set('image-serving', id);
  for (let index = 0; index < 250; index += 1) world.put(anAsset({ id: `a${index}` }));
  await planJob({ company, jobId: id }, world.dependencies);
  await publishPart({ company, jobId: id, level: 0, part: 0, key: partKey(0) }, world.dependencies);
});

const callsOf = (name: string) => world.calls.filter((call) => call === name).length;
const partKey = (part: number) => `_30-days/${company}/${id}/plan/000/000000${part}.json`;

describe('finish-job', () => {
  it('closes interrupted parts from the records of their assets', async () => {
    const [entry] = JSON.parse(world.files.get(partKey(1)) ?? '[]') as PlanEntry[];
    const asset = world.assets.get(entry?.id ?? '');
    if (!asset) throw new Error('The plan has no asset');
    // The worker of part 1 died after its first asset, before the history of that asset.
    const publication = { version: 1, at: 'then', by: 'ann', jobId: id, key: `luma/image/${asset.id}` };
    world.put({ ...asset, intent: 'live', publications: { 'image-serving': publication } });

    const response = await finishJob(event, world.dependencies);
    expect(response).toEqual({ company, jobId: id, outcome: 'ended', status: 'completed-with-errors' });
    expect(world.jobs.get(id)?.counts).toEqual({
      ...noCounts,
      total: 250,
      done: 101,
      errors: 149,
      bytes: 101_000,
    });
    expect(world.history.get(`${asset.id}#PUBLISHED#then#image-serving`)).toMatchObject({ jobId: id });
    expect(world.log(id).filter(({ outcome }) => outcome === 'error')).toHaveLength(149);
    expect(world.log(id).at(-1)).toMatchObject({ outcome: 'end' });
    expect(world.locks.size).toBe(0);
  });

  it('returns more if its time runs short, keeps its results, and continues from there', async () => {
    for (let index = 250; index < 4_000; index += 1) world.put(anAsset({ id: `a${index}` }));
    world.setPlan(id);
    await planJob({ company, jobId: id }, world.dependencies);
    const failure = { Error: 'States.Runtime' };
    world.timeLeft = 0;
    let state: unknown = { company, jobId: id, failure };
    let answers = 0;
    for (;;) {
      const response = await finishJob({ execution: id, state }, world.dependencies);
      answers += 1;
      if (response.outcome !== 'more') break;
      expect(response).toEqual({ company, jobId: id, outcome: 'more', status: 'running', failure });
      state = response;
    }
    // 16 parts in a call; the first part is done.
    expect(answers).toBe(3);
    // Each part is closed once; the first was published.
    expect(callsOf('readPart')).toBe(callsOf('closePart') + 1);
    const job = world.jobs.get(id);
    const total = job?.counts.total ?? 0;
    expect(job).toMatchObject({ status: 'failed', counts: { done: 100, notReached: total - 100 } });
    expect(job).not.toHaveProperty('closing');
    expect(world.log(id)).toHaveLength(total + 1);
  });

  it('spends on an interrupted part what decision 9 states, and records its progress', async () => {
    // A hundredth of ten million assets, in parts of one: a thousand parts.
    const entry = { type: 'image', version: 1, servers: ['image-serving'], bytes: 1_000 };
    const lines = Array.from({ length: 1_100 }, (_, part) => {
      const key = `part-${part}`;
      world.files.set(key, JSON.stringify([{ ...entry, id: `b${part}` }]));
      return { company, jobId: id, level: 0, part, key };
    });
    world.setPlan(id, lines);
    world.parts.clear();
    for (const key of world.files.keys()) if (key.startsWith(`${id}/log/`)) world.files.delete(key);
    world.calls.length = 0;
    await finishJob(event, world.dependencies);
    for (const call of ['readPart', 'getAssets', 'closePart', 'addPartLog']) {
      expect(callsOf(call), call).toBe(1_100);
    }
    expect(callsOf('recordClosing')).toBe(1);
    expect(world.jobs.get(id)?.counts).toMatchObject({ total: 1_100, errors: 1_100 });
  });

  it('keeps log entries of a worker that died before it counted them', async () => {
    const [entry] = JSON.parse(world.files.get(partKey(1)) ?? '[]') as PlanEntry[];
    const line = { time: 'then', server: 'image-serving', message: 'Why' } as const;
    const place = { company, jobId: id, level: 0, part: 1 };
    const found = [{ ...line, asset: entry?.id ?? '', outcome: 'skipped' } as const];
    await world.dependencies.addPartLog(place, found);
    await finishJob(event, world.dependencies);
    expect(world.log(id).filter(({ asset }) => asset === entry?.id)).toEqual(found);
    expect(world.jobs.get(id)?.counts).toMatchObject({ total: 250, done: 100, skipped: 1, errors: 149 });
    expect(sumOfLogEntries(world.log(id))).toEqual(world.jobs.get(id)?.counts);
  });

  it('overwrites no log entries of a worker with its own', async () => {
    const written: (() => void)[] = [];
    const slow: World['dependencies'] = {
      ...world.dependencies,
      addPartLog: async (...args) => {
        await new Promise<void>((resolve) => written.push(resolve));
        return world.dependencies.addPartLog(...args);
      },
    };
    const late = finishJob(brokeEvent(id, 'FAILED'), slow);
    await vi.waitFor(() => expect(written).toHaveLength(2));
    await finishJob(event, world.dependencies);
    await publishPart({ company, jobId: id, level: 0, part: 1, key: partKey(1) }, world.dependencies);
    for (const go of written) go();
    await late;
    expect(sumOfLogEntries(world.log(id))).toEqual(world.jobs.get(id)?.counts);
  });

  it('ends a job whose plan was never finished without log entries, also for a planner that comes later', async () => {
    world.setPlan(id);
    world.parts.clear();
    await finishJob(brokeEvent(id, 'FAILED'), world.dependencies);
    expect(world.jobs.get(id)).toMatchObject({ status: 'failed', counts: noCounts });
    const late = await planJob({ company, jobId: id }, world.dependencies);
    expect(late).toMatchObject({ done: true, levels: [] });
  });

  it('has the same counts as another call that ends the job at the same time', async () => {
    const calls = [
      finishJob(event, world.dependencies),
      finishJob(brokeEvent(id, 'FAILED'), world.dependencies),
    ];
    await Promise.all(calls);
    const counts = world.jobs.get(id)?.counts;
    const parts = [...world.parts.values()].map((part) => part.counts);
    expect(parts.reduce(addCounts, noCounts)).toEqual(counts);
    expect(counts).toMatchObject({ total: 250, done: 100 });
    expect(sumOfLogEntries(world.log(id))).toEqual(counts);
  });

  it.each(['addPartLog', 'closePart'])('continues after a call that died before %s', async (name) => {
    world.fault = (call, when) => {
      if (call === name && when === 'before') throw new Error('made by a test');
    };
    await expect(finishJob(event, world.dependencies)).rejects.toThrow('made by a test');
    world.fault = () => {};
    await finishJob(event, world.dependencies);
    expect(sumOfLogEntries(world.log(id))).toEqual(world.jobs.get(id)?.counts);
    expect(world.log(id)).toHaveLength(251);
  });

  it.each([
    ['cancelled', 'stopping', undefined, 'stopped'],
    ['broken', 'running', { Error: 'States.Runtime' }, 'failed'],
  ] as const)('leaves what a %s job did not come to as it was', async (_, status, failure, expected) => {
    world.jobs.set(id, { ...aPublishJob(), ...world.jobs.get(id), status });
    const response = await finishJob(
      { execution: id, state: { company, jobId: id, failure } },
      world.dependencies,
    );
    expect(response.status).toBe(expected);
    expect(world.jobs.get(id)?.counts).toMatchObject({ total: 250, done: 100, notReached: 150, errors: 0 });
  });

  it('changes nothing when it is called again, except that it frees locks and starts waiting jobs', async () => {
    await finishJob(event, world.dependencies);
    const ended = world.jobs.get(id);
    world.locks.set('image-serving', id);
    const next = aPublishJob({ id: jobIdOf(2) });
    await world.dependencies.createPublishJob(next);
    await finishJob(event, world.dependencies);
    await finishJob(brokeEvent(id, 'FAILED'), world.dependencies);
    expect(world.jobs.get(id)).toEqual(ended);
    expect(world.locks.size).toBe(0);
    expect(world.started).toContain(`${next.id}-2`);
  });

  it('sends the notification, again after a crash, and never while the job runs', async () => {
    const notification = { message: { kind: 'ended', company, jobId: id }, delay: 0 };
    world.fault = (call, when) => {
      if (call === 'sendNotification' && when === 'before') throw new Error('made by a test');
    };
    await expect(finishJob(event, world.dependencies)).rejects.toThrow('made by a test');
    expect(world.jobs.get(id)?.status).toBe('completed-with-errors');
    world.fault = () => {};
    await finishJob(event, world.dependencies);
    expect(world.notified).toEqual([notification]);

    const queued = aPublishJob({ id: jobIdOf(2) });
    await world.dependencies.createPublishJob(queued);
    await finishJob({ execution: queued.id, state: { company, jobId: queued.id } }, world.dependencies);
    expect(world.notified).toEqual([notification]);
  });

  it('ends the job if its replacements cannot be invalidated, and logs that', async () => {
    const job = world.jobs.get(id);
    if (job?.kind !== 'publish') throw new Error('There is no job');
    world.jobs.set(id, { ...job, invalidate: true });
    const warnings: string[] = [];
    const response = await finishJob(event, {
      ...world.dependencies,
      readLog: () => Promise.reject(new Error('made by a test')),
      warn: (message) => warnings.push(message),
    });
    expect(response.outcome).toBe('ended');
    expect(world.log(id).at(-1)?.message).toContain('could not be invalidated');
    expect(warnings).toEqual(['Replacements of a job could not be invalidated']);
    expect(world.locks.size).toBe(0);
  });

  it.each(['freeLocks', 'sendNotification', 'startExecution', 'emitEnd', 'markEndProcessed'])(
    'leaves the end of the job unprocessed if it dies before %s, and a further call processes it',
    async (name) => {
      await world.dependencies.createPublishJob(aPublishJob({ id: jobIdOf(2) }));
      world.fault = (call, when) => {
        if (call === name && when === 'before') throw new Error('made by a test');
      };
      await expect(finishJob(event, world.dependencies)).rejects.toThrow('made by a test');
      expect([...world.unnotified]).toEqual([id]);
      world.fault = () => {};
      expect(await finishJob(brokeEvent(id, 'FAILED'), world.dependencies)).toMatchObject({
        outcome: 'ended',
      });
      expect(world.unnotified.size).toBe(0);
      expect(world.notified).toContainEqual({ message: { kind: 'ended', company, jobId: id }, delay: 0 });
      expect(world.emittedEnds).toContainEqual(
        expect.objectContaining({ id, status: 'completed-with-errors' }),
      );
    },
  );

  it('writes the missing last log entry of a job that was stopped while queued', async () => {
    const ended = '2026-11-24T09:00:00.000Z';
    const waiting = jobIdOf(2);
    world.jobs.set(waiting, aPublishJob({ id: waiting, status: 'stopped', stoppedBy: 'bob', ended }));
    await finishJob(brokeEvent(waiting, 'FAILED'), world.dependencies);
    expect(world.log(waiting)).toMatchObject([{ outcome: 'end', time: ended }]);
  });

  it('frees no lock that another job has taken', async () => {
    world.locks.set('video', jobIdOf(2));
    world.locks.set('image-serving', jobIdOf(2));
    await finishJob(event, world.dependencies);
    expect([...world.locks.values()]).toEqual([jobIdOf(2), jobIdOf(2)]);
  });

  it('ends the job as stopped when it is cancelled in the last moment', async () => {
    world.fault = (call, when) => {
      if (call === 'endJob' && when === 'before') {
        world.fault = () => {};
        world.jobs.set(id, { ...aPublishJob(), ...world.jobs.get(id), status: 'stopping' });
      }
    };
    expect(await finishJob(event, world.dependencies)).toMatchObject({ status: 'stopped' });
    expect(world.log(id).at(-1)?.message).toMatch(/: stopped\./);
  });

  it('keeps the counts that a worker wrote while its part was being closed', async () => {
    const key = partKey(1);
    world.fault = (call, when) => {
      if (call !== 'closePart' || when !== 'before') return;
      world.fault = () => {};
      world.parts.set(`${id}/0/1`, {
        level: 0,
        part: 1,
        counts: { ...noCounts, total: 100, done: 100 },
        perServer: {},
        closed: false,
        at: 'now',
      });
      world.files.set(`${id}/log/1/0/0000001`, JSON.stringify([{ outcome: 'published', message: key }]));
    };
    await finishJob(event, world.dependencies);
    expect(world.jobs.get(id)?.counts).toMatchObject({ done: 200, errors: 50 });
    expect(world.log(id)).toContainEqual({ outcome: 'published', message: key });
  });

  it.each([
    ['an execution that does not run the job', { ...event, execution: `${id}-2` }],
    ['the event of an execution that does not run the job', brokeEvent(`${id}-2`, 'ABORTED')],
    ['a job that does not exist', { execution: jobIdOf(7), state: { company, jobId: jobIdOf(7) } }],
  ])('ignores %s', async (_, strange) => {
    expect(await finishJob(strange, world.dependencies)).toMatchObject({ outcome: 'ignored' });
    expect(world.jobs.get(id)?.status).toBe('running');
    expect(world.locks.size).toBe(1);
  });

  it('fails only a job whose last execution could not begin it', async () => {
    const queued = aPublishJob({ id: jobIdOf(2), executionNumber: 2 });
    await world.dependencies.createPublishJob(queued);
    await finishJob(brokeEvent(queued.id, 'FAILED', 'TypeError'), world.dependencies);
    expect(world.jobs.get(queued.id)?.status).toBe('queued');
    await finishJob(brokeEvent(`${queued.id}-2`, 'FAILED', 'TypeError'), world.dependencies);
    expect(world.jobs.get(queued.id)).toMatchObject({ status: 'failed', counts: noCounts });
    expect(world.queue.size).toBe(0);
  });

  it('refuses an event of another kind', async () => {
    const strange = { ...brokeEvent(id, 'FAILED'), 'detail-type': 'Something else' };
    await expect(finishJob(strange, world.dependencies)).rejects.toThrow();
  });
});
