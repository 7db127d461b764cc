/** What the table keeps of schedules, on a table of its own: writes bound to what was read. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type ScheduleStore, scheduleStore } from '../../../adapters/dynamodb/schedules/schedule-store.ts';
import type { Schedule } from '../../../domain/schedules/schedule.ts';
import { aSchedule } from '../../support/builders.ts';
import type { StoreTable } from '../store-table.ts';

/** Schedules: writes bound to what was read. */
export function describeScheduleRecords(open: () => StoreTable): void {
  let records: ScheduleStore;
  let count = 0;

  beforeAll(() => {
    const table = open();
    records = scheduleStore(table.documents, table.jobs);
  });

  /** A new one in the table. */
  async function made(more: Partial<Schedule> = {}): Promise<Schedule> {
    count += 1;
    const schedule = aSchedule({ id: `01M8686B0MSWSGTPEFNRQP${String(count).padStart(4, '0')}`, ...more });
    expect(await records.createSchedule(schedule)).toBe(true);
    return schedule;
  }

  async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
    const found: Item[] = [];
    for await (const item of items) found.push(item);
    return found;
  }

  const run = { jobId: 'job 1', due: '2026-11-24T19:10:00.000Z' };

  describe('schedules', () => {
    it('are listed by company in the order of their making, and their companies once each', async () => {
      const ours = [await made({ company: 'brightside' }), await made({ company: 'brightside' })];
      const other = await made({ company: 'bright' });
      expect(await all(records.listSchedules('brightside'))).toEqual(ours);
      expect(await all(records.listSchedules('brightside', ours[0]?.id))).toEqual([ours[1]]);
      expect(await all(records.listSchedules('bright'))).toEqual([other]);
      expect(await all(records.listSchedulingCompanies())).toEqual(['bright', 'brightside']);
      expect(await records.countSchedules('brightside')).toBe(2);
      expect(await records.getSchedule('bright', ours[0]?.id ?? '')).toBeUndefined();
    });

    it('are made once', async () => {
      const schedule = await made();
      expect(await records.createSchedule({ ...schedule, name: 'Other' })).toBe(false);
      expect(await records.getSchedule(schedule.company, schedule.id)).toEqual(schedule);
    });

    it('are changed in the version that was seen, and lose what is changed to nothing', async () => {
      const schedule = await made({ warning: 'Paused', active: false });
      const { company, id } = schedule;
      const change = { active: true, warning: undefined, version: 2 };
      const after: Schedule = aSchedule({ id, version: 2 });
      expect(await records.changeSchedule(company, id, 1, change)).toEqual(after);
      expect(await records.changeSchedule(company, id, 1, { name: 'Other', version: 2 })).toBeUndefined();
      expect(await records.changeSchedule(company, 'none', 1, change)).toBeUndefined();
      expect(await records.getSchedule(company, id)).toEqual(after);
    });

    it('have a run recorded once by all who saw the same', async () => {
      const schedule = await made();
      const { company, id } = schedule;
      const starts = await Promise.all(
        ['job 1', 'job 2', 'job 3'].map((jobId) => records.recordRun(schedule, { ...run, jobId }, false)),
      );
      expect(starts.filter((won) => won)).toHaveLength(1);
      const after = (await records.getSchedule(company, id)) ?? schedule;
      expect(after.version).toBe(1);
      expect(await records.recordRun(after, { jobId: 'job 4', due: run.due }, true)).toBe(true);
      expect(await records.getSchedule(company, id)).toMatchObject({
        active: false,
        completed: run.due,
        lastRun: { jobId: 'job 4' },
        version: 2,
      });
    });

    it('have a skipped run noted beside their last one', async () => {
      const schedule = await made({ lastRun: run });
      const skipped = { due: '2026-11-25T19:10:00.000Z', because: 'Its job job 1 was still running' };
      expect(await records.recordSkipped(schedule, skipped)).toBe(true);
      expect(await records.recordSkipped({ ...schedule, version: 2 }, skipped)).toBe(false);
      expect(await records.recordSkipped({ ...schedule, lastRun: { ...run, jobId: 'other' } }, skipped)).toBe(
        false,
      );
      const withSkipped = { ...schedule, skipped };
      expect(await records.getSchedule(schedule.company, schedule.id)).toEqual(withSkipped);
      const next = { due: '2026-11-26T19:10:00.000Z', because: 'It was more than 60 minutes late' };
      expect(await records.recordSkipped(withSkipped, next)).toBe(true);
      expect(await records.getSchedule(schedule.company, schedule.id)).toEqual({
        ...schedule,
        skipped: next,
        earlierSkipped: [skipped],
      });
    });

    it('are set in the revision that EventBridge Scheduler was told of', async () => {
      const { company, id } = await made({ sync: 'pending', revision: 3 });
      expect(await records.recordSynced(company, id, 2, 1)).toBe(false);
      expect(await records.recordSynced(company, id, 3, 2)).toBe(true);
      expect(await records.getSchedule(company, id)).toMatchObject({ sync: 'done', slots: 2 });
    });

    it('are deleted in the version that was seen, and nothing brings them back', async () => {
      const schedule = await made();
      const { company, id } = schedule;
      expect(await records.deleteSchedule(company, id, 2)).toBeUndefined();
      expect(await records.deleteSchedule(company, id, 1)).toEqual(schedule);
      expect(await records.recordRun(schedule, run, false)).toBe(false);
      expect(await records.recordSkipped(schedule, { due: run.due, because: '' })).toBe(false);
      expect(await records.recordSynced(company, id, 1, 1)).toBe(false);
      expect(await records.changeSchedule(company, id, 1, { active: false })).toBeUndefined();
      expect(await records.getSchedule(company, id)).toBeUndefined();
    });
  });
}
