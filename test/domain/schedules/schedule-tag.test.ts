import { expect, it } from 'vitest';
import { checkScheduleTag, scheduleTag } from '../../../domain/schedules/schedule-tag.ts';
import { aSchedule } from '../../support/builders.ts';

const schedule = aSchedule({ version: 3 });

it.each([undefined, '*', '"3"', '"2", "3"'])('If-Match %s is met', (tag) => {
  expect(() => checkScheduleTag(schedule, tag)).not.toThrow();
});

it.each(['"2"', '3', 'W/"3"', ''])('If-Match %s is not, and the current tag is told', (tag) => {
  expect(() => checkScheduleTag(schedule, tag)).toThrow(
    expect.objectContaining({ code: 'schedule.stale', facts: { etag: scheduleTag(schedule) } }),
  );
});
