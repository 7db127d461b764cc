import { describe, expect, it } from 'vitest';
import { desiredSlots, scheduleIdOf, slotName } from '../../../domain/schedules/desired-slots.ts';
import { aSchedule, scheduleId } from '../../support/builders.ts';

const now = '2026-11-24T08:30:00.000Z';

describe('the slots of a schedule', () => {
  it('are usually one, with the input of start-job', () => {
    expect(desiredSlots(aSchedule({ revision: 3 }), now)).toEqual([
      {
        name: `${scheduleId}-1`,
        expression: 'cron(10 14 * * ? *)',
        timeZone: 'America/New_York',
        enabled: true,
        input: {
          company: 'luma',
          scheduleId,
          revision: 3,
          due: '<aws.scheduler.scheduled-time>',
        },
        deleteWhenDone: false,
      },
    ]);
  });

  it('are deleted after the run of a single time', () => {
    const rule = { repeat: 'once', at: '2026-11-24T14:10' } as const;
    expect(desiredSlots(aSchedule({ rule }), now)).toMatchObject([
      { expression: 'at(2026-11-24T14:10:00)', deleteWhenDone: true },
    ]);
  });

  it.each([
    ['is paused', { active: false }],
    ['has had its time', { rule: { repeat: 'once', at: '2026-11-24T03:30' } as const }],
    ['has had its years', { rule: { repeat: 'custom', text: '0 0 0 * * ? 2025' } as const }],
  ])('are none for a schedule that %s', (_, more) => {
    expect(desiredSlots(aSchedule(more), now)).toEqual([]);
  });

  it.each([
    ['0 0/15 * * * ?', 'Europe/Berlin', 'cron(0,15,30,45 * * * ? *)', 'UTC'],
    ['0 10 * * * ?', 'Asia/Kolkata', 'cron(40 * * * ? *)', 'UTC'],
    ['0 0/30 * * * ?', 'Australia/Lord_Howe', 'cron(0,30 * * * ? *)', 'UTC'],
    ['0 10 * * * ?', 'Australia/Lord_Howe', 'cron(10 * * * ? *)', 'Australia/Lord_Howe'],
    ['0 10 * * * ?', 'Asia/Kathmandu', 'cron(25 * * * ? *)', 'UTC'],
    ['0 10 * ? * MON', 'Europe/Berlin', 'cron(10 * ? * MON *)', 'Europe/Berlin'],
    ['0 10 * * 3 ?', 'Europe/Berlin', 'cron(10 * * 3 ? *)', 'Europe/Berlin'],
    ['0 10 0-22 * * ?', 'Europe/Berlin', 'cron(10 0-22 * * ? *)', 'Europe/Berlin'],
    ['0 10 * * * ? 2027', 'Europe/Berlin', 'cron(10 * * * ? 2027)', 'Europe/Berlin'],
  ])('of %s in %s is %s in %s', (text, timeZone, expression, slotZone) => {
    const rule = { repeat: 'custom', text } as const;
    expect(desiredSlots(aSchedule({ rule, timeZone }), now)).toMatchObject([
      { expression, timeZone: slotZone },
    ]);
  });

  it('have names with the id of the schedule', () => {
    expect(scheduleIdOf(slotName(scheduleId, 10))).toBe(scheduleId);
    for (const other of ['', 'daily', scheduleId, `${scheduleId}-`, `x${scheduleId}-1`])
      expect(scheduleIdOf(other)).toBeUndefined();
  });
});
