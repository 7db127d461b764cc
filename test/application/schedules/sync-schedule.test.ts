import { describe, expect, it } from 'vitest';
import { syncSchedule } from '../../../application/schedules/sync-schedule.ts';
import { desiredSlots } from '../../../domain/schedules/desired-slots.ts';
import { aSchedule, scheduleId } from '../../support/builders.ts';
import { scheduleCloud } from '../../support/schedule-cloud.ts';

const three = { repeat: 'custom', text: '0 0 3 ? * 2#1,3#2,4#3' } as const;
const pending = aSchedule({ rule: three, sync: 'pending', slots: 3, revision: 2, version: 2 });

describe('syncSchedule', () => {
  it('creates the desired slots, deletes the others, and records that the schedule is synced', async () => {
    const cloud = scheduleCloud(pending);
    const edited = aSchedule({ sync: 'pending', slots: 3, revision: 3, version: 3 });
    cloud.schedules.set(scheduleId, edited);
    expect(await syncSchedule(edited, cloud.dependencies)).toEqual({ ...edited, sync: 'done', slots: 1 });
    expect([...cloud.slots.values()]).toEqual(desiredSlots(edited, cloud.time));
    expect(cloud.schedules.get(scheduleId)).toMatchObject({ sync: 'done', slots: 1 });
  });

  it('leaves the record pending if it fails, so that another call repeats it', async () => {
    for (const at of ['put', 'remove', 'recordSynced']) {
      const cloud = scheduleCloud();
      const edited = aSchedule({ sync: 'pending', slots: 2 });
      cloud.schedules.set(scheduleId, edited);
      cloud.fault = (call) => {
        if (call === at) throw new Error('made by a test');
      };
      await expect(syncSchedule(edited, cloud.dependencies)).rejects.toThrow('made by a test');
      expect(cloud.schedules.get(scheduleId)?.sync).toBe('pending');
      cloud.fault = () => {};
      await syncSchedule(edited, cloud.dependencies);
      expect([...cloud.slots.values()]).toEqual(desiredSlots(edited, cloud.time));
    }
  });

  it('ends with the slots of the later of two changes, in whatever order the calls end', async () => {
    const cloud = scheduleCloud();
    const first = aSchedule({ sync: 'pending' });
    cloud.schedules.set(scheduleId, first);
    const second = { ...pending, revision: 2 };
    cloud.fault = (call) => {
      if (call !== 'recordSynced') return;
      cloud.fault = () => {};
      cloud.schedules.set(scheduleId, second);
    };
    expect(await syncSchedule(first, cloud.dependencies)).toMatchObject({
      revision: 2,
      sync: 'done',
      slots: 3,
    });
    expect([...cloud.slots.values()]).toEqual(desiredSlots(second, cloud.time));
  });

  it('deletes all slots of a schedule that was deleted meanwhile', async () => {
    const cloud = scheduleCloud(pending);
    cloud.fault = (call) => {
      if (call === 'recordSynced') cloud.schedules.clear();
    };
    expect(await syncSchedule(pending, cloud.dependencies)).toBeUndefined();
    expect(cloud.slots.size).toBe(0);
  });

  it('gives up on a schedule that keeps changing', async () => {
    const cloud = scheduleCloud(pending);
    cloud.fault = (call) => {
      const now = cloud.schedules.get(scheduleId) ?? pending;
      if (call === 'put') cloud.schedules.set(scheduleId, { ...now, revision: now.revision + 1 });
    };
    await expect(syncSchedule(pending, cloud.dependencies)).rejects.toThrow('keeps changing');
  });
});
