import { aSchedule } from '../../support/builders.ts';
import { describe, expect, it } from 'vitest';
import type { Role } from '../../../domain/companies/role.ts';
import { jobStatuses, terminalStatuses } from '../../../domain/jobs/job.ts';
import { decideRun, lostRights } from '../../../domain/schedules/decide-run.ts';
import type { Schedule } from '../../../domain/schedules/schedule.ts';

const due = '2026-11-24T19:10:00.000Z';
const decide = (
  more: Partial<Schedule>,
  { revision = 1, previous, now = due }: { revision?: number; previous?: never; now?: string } = {},
) => decideRun(aSchedule(more), { due, revision }, 'this', previous, now).to;

describe('a run that is due', () => {
  it.each<[string, ReturnType<typeof decide>, string]>([
    ['starts', decide({}), 'start'],
    ['starts a moment early if a clock is behind', decide({}, { now: '2026-11-24T19:09:58Z' }), 'start'],
    ['starts an hour late', decide({}, { now: '2026-11-24T20:10:00Z' }), 'start'],
    ['is skipped after more than an hour', decide({}, { now: '2026-11-24T20:10:00.001Z' }), 'skip'],
    ['of a paused schedule is ignored', decide({ active: false }), 'nothing'],
    ['of an earlier revision is ignored', decide({ revision: 2 }), 'nothing'],
    ['that was skipped is ignored', decide({ skipped: { due, because: '' } }), 'nothing'],
    ['that was started is started again', decide({ lastRun: { jobId: 'this', due } }), 'start-again'],
    [
      'that made its schedule inactive is started again',
      decide({ lastRun: { jobId: 'this', due }, active: false, revision: 2 }),
      'start-again',
    ],
  ])('%s', (_, decision, to) => expect(decision).toBe(to));

  it.each(jobStatuses)('after a job that is %s starts only if that job has finished', (status) => {
    const schedule = aSchedule({ lastRun: { jobId: 'before', due: '2026-11-23T19:10:00.000Z' } });
    const isOver = (terminalStatuses as readonly string[]).includes(status);
    expect(decideRun(schedule, { due, revision: 1 }, 'this', { status }, due).to).toBe(
      isOver ? 'start' : 'skip',
    );
  });

  it('starts if the previous job is no longer kept', () => {
    const schedule = aSchedule({ lastRun: { jobId: 'before', due: '2025-11-23T19:10:00.000Z' } });
    expect(decideRun(schedule, { due, revision: 1 }, 'this', undefined, due).to).toBe('start');
  });
});

describe('the rights of a schedule', () => {
  it.each<[owner: Role | undefined, other: Role | undefined | 'not set', may: boolean]>([
    ['admin', 'not set', true],
    ['user', 'not set', true],
    ['viewer', 'not set', false],
    [undefined, 'not set', false],
    ['admin', 'admin', true],
    ['admin', 'user', true],
    ['admin', 'viewer', false],
    ['admin', undefined, false],
    ['user', 'admin', false],
    [undefined, 'admin', false],
  ])('with the owner %s and the Run-As member %s allow jobs: %s', (owner, other, may) => {
    const job =
      other === 'not set' ? { publish: 'new' as const } : { publish: 'new' as const, runAs: 'other' };
    const runAs = other === 'not set' ? undefined : other;
    expect(lostRights(aSchedule({ job }), { owner, runAs }) === undefined).toBe(may);
  });

  it('let only admins invalidate the CDN', () => {
    const schedule = aSchedule({ job: { publish: 'new', invalidate: true } });
    expect(lostRights(schedule, { owner: 'admin', runAs: undefined })).toBeUndefined();
    expect(lostRights(schedule, { owner: 'user', runAs: undefined })).toContain('Only admins');
  });

  it('let jobs run as their owner', () => {
    const job = { publish: 'new', runAs: 'user' } as const;
    expect(lostRights(aSchedule({ job }), { owner: 'user', runAs: 'user' })).toBeUndefined();
  });
});
