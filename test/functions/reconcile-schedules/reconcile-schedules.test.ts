import { describe, expect, it } from 'vitest';
import { desiredSlots } from '../../../domain/schedules/desired-slots.ts';
import type { Schedule } from '../../../domain/schedules/schedule.ts';
import {
  type SchedulesToReconcile,
  schedulesToReconcile,
} from '../../../functions/reconcile-schedules/reconcile-schedules.contract.ts';
import { reconcileSchedules } from '../../../functions/reconcile-schedules/reconcile-schedules.ts';
import { aSchedule, scheduleId } from '../../support/builders.ts';
import { type ScheduleCloud, scheduleCloud } from '../../support/schedule-cloud.ts';

const slot = `${scheduleId}-1`;
const everything: readonly SchedulesToReconcile[] = [{ all: 'companies' }, { all: 'slots' }];

/** A day's work, all messages of which are delivered. */
async function run(cloud: ScheduleCloud, more: { timeLeft?: () => number } = {}, calls = 100) {
  const sum = { schedules: 0, repaired: 0, failed: 0 };
  const queue = [...everything];
  for (let call = 0; call < calls; call += 1) {
    const work = queue.shift();
    if (!work) return sum;
    const report = await reconcileSchedules(work, {
      ...cloud.dependencies,
      ...more,
      request: async (message) => void queue.push(schedulesToReconcile.parse(message)),
    });
    sum.schedules += report.schedules;
    sum.repaired += report.repaired;
    sum.failed += report.failed;
  }
  throw new Error(`It does not end: ${JSON.stringify(queue)}`);
}
const wanted = (cloud: ScheduleCloud) =>
  [...cloud.schedules.values()].flatMap((schedule) => desiredSlots(schedule, cloud.time));
const present = (cloud: ScheduleCloud) => [...cloud.slots.values()];

describe('reconcile-schedules', () => {
  it('changes nothing if the slots agree with the records', async () => {
    const schedules = [
      aSchedule(),
      aSchedule({ id: `${scheduleId.slice(0, -1)}A`, active: false }),
      aSchedule({ id: `${scheduleId.slice(0, -1)}B`, rule: { repeat: 'once', at: '2026-12-24T18:00' } }),
    ];
    const cloud = scheduleCloud(...schedules);
    cloud.fault = (call) => {
      if (!/^(list|get|count|find)/.test(call)) throw new Error(`${call} was called`);
    };
    expect(await run(cloud)).toEqual({ schedules: 3, repaired: 0, failed: 0 });
  });

  const changed = (more: object) => (cloud: ScheduleCloud) => {
    const [definition] = present(cloud);
    if (definition) cloud.slots.set(slot, { ...definition, ...more });
  };
  it.each<[string, Partial<Schedule>, (cloud: ScheduleCloud) => void, string]>([
    ['is missing', {}, (cloud) => cloud.slots.clear(), `lacks the slot ${slot}`],
    ['has another time', {}, changed({ expression: 'cron(0 0 * * ? *)' }), 'has a different slot'],
    ['has another zone', {}, changed({ timeZone: 'UTC' }), 'has a different slot'],
    ['is disabled', {}, changed({ enabled: false }), 'has a different slot'],
    ['says something else', {}, changed({ input: { revision: 7 } }), 'has a different slot'],
    [
      'is there though the schedule is paused',
      { active: false },
      (cloud) => cloud.slots.set(slot, desiredSlots(aSchedule(), cloud.time)[0] as never),
      'has the stray slot',
    ],
    [
      'is one too many',
      {},
      (cloud) =>
        cloud.slots.set(`${scheduleId}-3`, { ...present(cloud)[0], name: `${scheduleId}-3` } as never),
      'has the stray slot',
    ],
    ['was never set', { sync: 'pending' }, (cloud) => cloud.slots.clear(), 'was not completely written'],
  ])('mends what %s', async (_, more, damage, says) => {
    const cloud = scheduleCloud(aSchedule(more));
    damage(cloud);
    expect(await run(cloud)).toEqual({ schedules: 1, repaired: 1, failed: 0 });
    expect(present(cloud)).toEqual(wanted(cloud));
    expect(cloud.schedules.get(scheduleId)?.sync).toBe('done');
    expect(cloud.logged.join('\n')).toContain(says);
    expect(await run(cloud)).toMatchObject({ repaired: 0 });
  });

  it('deletes stray slots, and leaves objects alone whose names are not those of slots', async () => {
    const cloud = scheduleCloud(aSchedule());
    const [definition] = present(cloud);
    for (const name of ['01M8686B0MSWSGTPEFNRQPG1GZ-1', 'made-by-hand'])
      cloud.slots.set(name, { ...definition, name } as never);
    expect(await run(cloud)).toMatchObject({ repaired: 1 });
    expect([...cloud.slots.keys()].sort()).toEqual([slot, 'made-by-hand']);
  });

  it('ignores a schedule that was changed minutes ago, because its sync may be under way', async () => {
    const cloud = scheduleCloud(aSchedule({ sync: 'pending', modified: '2026-11-24T08:26:00.000Z' }));
    cloud.slots.clear();
    expect(await run(cloud)).toMatchObject({ repaired: 0 });
    cloud.time = '2026-11-24T08:31:00.000Z';
    expect(await run(cloud)).toMatchObject({ repaired: 1 });
  });

  it('completes a schedule whose last run was missed, but not while that run may be under way', async () => {
    const cloud = scheduleCloud(aSchedule({ rule: { repeat: 'once', at: '2026-11-24T02:00' } }));
    expect(await run(cloud)).toMatchObject({ repaired: 0 });
    cloud.time = '2026-11-24T09:00:00.001Z';
    expect(await run(cloud)).toMatchObject({ repaired: 1 });
    expect(cloud.schedules.get(scheduleId)).toMatchObject({
      active: false,
      completed: cloud.time,
      warning: expect.stringContaining('missed'),
    });
    expect(await run(cloud)).toMatchObject({ repaired: 0 });
  });

  it('reconciles the others if one fails', async () => {
    const other = `${scheduleId.slice(0, -1)}Z`;
    const cloud = scheduleCloud(aSchedule(), aSchedule({ id: other }));
    cloud.slots.clear();
    cloud.fault = (call) => {
      if (call !== 'put') return;
      cloud.fault = () => {};
      throw new Error('made by a test');
    };
    expect(await run(cloud)).toEqual({ schedules: 2, repaired: 1, failed: 1 });
    expect([...cloud.slots.keys()]).toEqual([`${other}-1`]);
    expect(await run(cloud)).toMatchObject({ repaired: 1, failed: 0 });
    expect(cloud.slots.size).toBe(2);
  });

  it('passes the rest on when its time is up, and compares each schedule once', async () => {
    const schedules = Array.from({ length: 7 }, (_, index) =>
      aSchedule({ id: `${scheduleId.slice(0, -1)}${index}` }),
    );
    const cloud = scheduleCloud(...schedules);
    cloud.slots.clear();
    let looks = 0;
    const report = await run(cloud, {
      timeLeft: () => {
        looks += 1;
        return looks % 3 === 0 ? 59_999 : 900_000;
      },
    });
    expect(report).toEqual({ schedules: 7, repaired: 7, failed: 0 });
    expect(cloud.slots.size).toBe(7);
  });

  it('asks for itself again if there is no time at all, and changes nothing', async () => {
    const cloud = scheduleCloud(aSchedule());
    cloud.slots.clear();
    const requested: SchedulesToReconcile[] = [];
    for (const work of [{ company: 'luma' }, { all: 'slots' }] as const)
      await reconcileSchedules(work, {
        ...cloud.dependencies,
        timeLeft: () => 59_999,
        request: async (message) => void requested.push(message),
      });
    expect(requested).toEqual([{ company: 'luma' }, { all: 'slots' }]);
    expect(cloud.slots.size).toBe(0);
  });

  it('does not take a slot for a stray one whose schedule is made at this moment', async () => {
    const cloud = scheduleCloud();
    const schedule = aSchedule();
    const [definition] = desiredSlots(schedule, cloud.time);
    const { getSchedule } = cloud.dependencies;
    const removed = await reconcileSchedules(
      { all: 'slots' },
      {
        ...cloud.dependencies,
        listPage: async () => ({ slots: [definition as never] }),
        getSchedule: async (...key) => {
          cloud.schedules.set(schedule.id, schedule);
          return getSchedule(...key);
        },
        request: async () => {},
      },
    );
    expect(removed).toMatchObject({ repaired: 0 });
  });
});
