import { describe, expect, it } from 'vitest';
import { checkScheduleTag, scheduleTag } from '../../../domain/schedules/schedule.ts';
import { aSchedule } from '../../support/builders.ts';

const schedule = aSchedule({ version: 3 });

describe('the ETag of a schedule', () => {
  it.each([undefined, '*', '"3"', '"2", "3"'])('meets If-Match %s', (tag) => {
    expect(() => checkScheduleTag(schedule, tag)).not.toThrow();
  });

  it.each(['"2"', '3', 'W/"3"', ''])(
    'does not meet If-Match %s, and the error has the current tag',
    (tag) => {
      expect(() => checkScheduleTag(schedule, tag)).toThrow(
        expect.objectContaining({ code: 'schedule.stale', facts: { etag: scheduleTag(schedule) } }),
      );
    },
  );
});
