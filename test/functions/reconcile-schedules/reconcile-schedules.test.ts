import { scheduleId, aSchedule } from '../../support/builders.ts';
import { describe, expect, it } from 'vitest';
import { desiredSlots } from '../../../domain/schedules/desired-slots.ts';
import type { Schedule } from '../../../domain/schedules/schedule.ts';
import { reconcileSchedules } from '../../../functions/reconcile-schedules/reconcile-schedules.ts';
import { createScheduleWorld, type ScheduleWorld } from '../schedule-world.ts';

const slot = `${scheduleId}-1`;
const run = (world: ScheduleWorld, more: { timeLeft?: () => number } = {}) =>
  reconcileSchedules({ ...world.dependencies, ...more });
const wanted = (world: ScheduleWorld) =>
  [...world.schedules.values()].flatMap((schedule) => desiredSlots(schedule, world.time));
const present = (world: ScheduleWorld) => [...world.slots.values()];

describe('reconcile-schedules', () => {
  it('changes nothing if the slots agree with the records', async () => {
    const schedules = [
      aSchedule(),
      aSchedule({ id: `${scheduleId.slice(0, -1)}A`, active: false }),
      aSchedule({ id: `${scheduleId.slice(0, -1)}B`, rule: { repeat: 'once', at: '2026-12-24T18:00' } }),
    ];
    const world = createScheduleWorld(...schedules);
    world.fault = (call) => {
      throw new Error(`${call} was called`);
    };
    expect(await run(world)).toEqual({ schedules: 3, repaired: 0, failed: 0, complete: true });
  });

  const changed = (more: object) => (world: ScheduleWorld) => {
    const [definition] = present(world);
    if (definition) world.slots.set(slot, { ...definition, ...more });
  };
  it.each<[string, Partial<Schedule>, (world: ScheduleWorld) => void, string]>([
    ['is missing', {}, (world) => world.slots.clear(), `lacks the slot ${slot}`],
    ['has another time', {}, changed({ expression: 'cron(0 0 * * ? *)' }), 'has a different slot'],
    ['has another zone', {}, changed({ timeZone: 'UTC' }), 'has a different slot'],
    ['is disabled', {}, changed({ enabled: false }), 'has a different slot'],
    ['says something else', {}, changed({ input: { revision: 7 } }), 'has a different slot'],
    [
      'is there though the schedule is paused',
      { active: false },
      (world) => world.slots.set(slot, desiredSlots(aSchedule(), world.time)[0] as never),
      'has the stray slot',
    ],
    [
      'is one too many',
      {},
      (world) =>
        world.slots.set(`${scheduleId}-3`, { ...present(world)[0], name: `${scheduleId}-3` } as never),
      'has the stray slot',
    ],
    ['was never set', { sync: 'pending' }, (world) => world.slots.clear(), 'was not completely written'],
  ])('mends what %s', async (_, more, damage, says) => {
    const world = createScheduleWorld(aSchedule(more));
    damage(world);
    expect(await run(world)).toEqual({ schedules: 1, repaired: 1, failed: 0, complete: true });
    expect(present(world)).toEqual(wanted(world));
    expect(world.schedules.get(scheduleId)?.sync).toBe('done');
    expect(world.logged.join('\n')).toContain(says);
    expect(await run(world)).toMatchObject({ repaired: 0 });
  });

  it('deletes stray slots, and leaves objects alone whose names are not those of slots', async () => {
    const world = createScheduleWorld(aSchedule());
    const [definition] = present(world);
    for (const name of ['01M8686B0MSWSGTPEFNRQPG1GZ-1', 'made-by-hand'])
      world.slots.set(name, { ...definition, name } as never);
    expect(await run(world)).toMatchObject({ repaired: 1 });
    expect([...world.slots.keys()].sort()).toEqual([slot, 'made-by-hand']);
  });

  it('ignores a schedule that was changed minutes ago, because its sync may be under way', async () => {
    const world = createScheduleWorld(
      aSchedule({ sync: 'pending', modified: '2026-11-24T08:26:00.000Z' }),
    );
    world.slots.clear();
    expect(await run(world)).toMatchObject({ repaired: 0 });
    world.time = '2026-11-24T08:31:00.000Z';
    expect(await run(world)).toMatchObject({ repaired: 1 });
  });

  it('completes a schedule whose last run was missed, but not while that run may be under way', async () => {
    const world = createScheduleWorld(aSchedule({ rule: { repeat: 'once', at: '2026-11-24T02:00' } }));
    expect(await run(world)).toMatchObject({ repaired: 0 });
    world.time = '2026-11-24T09:00:00.001Z';
    expect(await run(world)).toMatchObject({ repaired: 1 });
    expect(world.schedules.get(scheduleId)).toMatchObject({
      active: false,
      completed: world.time,
      warning: expect.stringContaining('missed'),
    });
    expect(await run(world)).toMatchObject({ repaired: 0 });
  });

  it('reconciles the others if one fails', async () => {
    const other = `${scheduleId.slice(0, -1)}Z`;
    const world = createScheduleWorld(aSchedule(), aSchedule({ id: other }));
    world.slots.clear();
    world.fault = (call) => {
      if (call !== 'put') return;
      world.fault = () => {};
      throw new Error('made by a test');
    };
    expect(await run(world)).toEqual({ schedules: 2, repaired: 1, failed: 1, complete: true });
    expect([...world.slots.keys()]).toEqual([`${other}-1`]);
    expect(await run(world)).toMatchObject({ repaired: 1, failed: 0 });
    expect(world.slots.size).toBe(2);
  });

  it('stops before its time is up', async () => {
    const world = createScheduleWorld(aSchedule());
    world.slots.clear();
    expect(await run(world, { timeLeft: () => 59_999 })).toMatchObject({ complete: false, repaired: 0 });
  });
});
