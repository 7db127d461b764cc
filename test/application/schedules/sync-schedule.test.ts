import { describe, expect, it } from 'vitest';
import { syncSchedule } from '../../../application/schedules/sync-schedule.ts';
import { desiredSlots } from '../../../domain/schedules/desired-slots.ts';
import { createScheduleWorld } from '../../functions/schedule-world.ts';
import { aSchedule, scheduleId } from '../../support/builders.ts';

const three = { repeat: 'custom', text: '0 0 3 ? * 2#1,3#2,4#3' } as const;
const pending = aSchedule({ rule: three, sync: 'pending', slots: 3, revision: 2, version: 2 });

describe('syncSchedule', () => {
  it('creates the desired slots, deletes the others, and records that the schedule is synced', async () => {
    const world = createScheduleWorld(pending);
    const edited = aSchedule({ sync: 'pending', slots: 3, revision: 3, version: 3 });
    world.schedules.set(scheduleId, edited);
    expect(await syncSchedule(edited, world.dependencies)).toEqual({ ...edited, sync: 'done', slots: 1 });
    expect([...world.slots.values()]).toEqual(desiredSlots(edited, world.time));
    expect(world.schedules.get(scheduleId)).toMatchObject({ sync: 'done', slots: 1 });
  });

  it('leaves the record pending if it fails, so that another call repeats it', async () => {
    for (const at of ['put', 'remove', 'recordSynced']) {
      const world = createScheduleWorld();
      const edited = aSchedule({ sync: 'pending', slots: 2 });
      world.schedules.set(scheduleId, edited);
      world.fault = (call) => {
        if (call === at) throw new Error('made by a test');
      };
      await expect(syncSchedule(edited, world.dependencies)).rejects.toThrow('made by a test');
      expect(world.schedules.get(scheduleId)?.sync).toBe('pending');
      world.fault = () => {};
      await syncSchedule(edited, world.dependencies);
      expect([...world.slots.values()]).toEqual(desiredSlots(edited, world.time));
    }
  });

  it('ends with the slots of the later of two changes, in whatever order the calls end', async () => {
    const world = createScheduleWorld();
    const first = aSchedule({ sync: 'pending' });
    world.schedules.set(scheduleId, first);
    const second = { ...pending, revision: 2 };
    world.fault = (call) => {
      if (call !== 'recordSynced') return;
      world.fault = () => {};
      world.schedules.set(scheduleId, second);
    };
    expect(await syncSchedule(first, world.dependencies)).toMatchObject({
      revision: 2,
      sync: 'done',
      slots: 3,
    });
    expect([...world.slots.values()]).toEqual(desiredSlots(second, world.time));
  });

  it('deletes all slots of a schedule that was deleted meanwhile', async () => {
    const world = createScheduleWorld(pending);
    world.fault = (call) => {
      if (call === 'recordSynced') world.schedules.clear();
    };
    expect(await syncSchedule(pending, world.dependencies)).toBeUndefined();
    expect(world.slots.size).toBe(0);
  });

  it('gives up on a schedule that keeps changing', async () => {
    const world = createScheduleWorld(pending);
    world.fault = (call) => {
      const now = world.schedules.get(scheduleId) ?? pending;
      if (call === 'put') world.schedules.set(scheduleId, { ...now, revision: now.revision + 1 });
    };
    await expect(syncSchedule(pending, world.dependencies)).rejects.toThrow('keeps changing');
  });
});
