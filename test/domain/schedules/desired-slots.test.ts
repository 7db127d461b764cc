import { company, scheduleId, aSchedule } from '../../support/builders.ts';
import { describe, expect, it } from 'vitest';
import { desiredSlots, scheduleIdOf, slotName } from '../../../domain/schedules/desired-slots.ts';

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

  it('have names with the id of the schedule', () => {
    expect(scheduleIdOf(slotName(scheduleId, 10))).toBe(scheduleId);
    for (const other of ['', 'daily', scheduleId, `${scheduleId}-`, `x${scheduleId}-1`])
      expect(scheduleIdOf(other)).toBeUndefined();
  });
});
