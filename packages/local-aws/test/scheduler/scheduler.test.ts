import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeadLetter, type Run, TargetFailure } from '../../src/scheduler/deliver-run.ts';
import { readSettings } from '../../src/scheduler/schedule-settings.ts';
import { createScheduler, type Scheduler } from '../../src/scheduler/scheduler.ts';
import { type TestClock, testClock } from './test-clock.ts';

const account = '123456789012';
const region = 'eu-west-1';
const scheduleArn = `arn:aws:scheduler:${region}:${account}:schedule/default/one`;

let folder: string;
const journal = () => join(folder, 'schedules.jsonl');
let running: Scheduler[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scheduler-'));
  running = [];
});
afterEach(async () => {
  for (const scheduler of running) await scheduler.stop();
  rmSync(folder, { recursive: true });
});

/** A scheduler that records the calls of its target: time of the call, time of the run, input. */
async function start(clock: TestClock, fails: (attempt: number) => Error | undefined = () => undefined) {
  const calls: { at: string; time: string; input: string }[] = [];
  const letters: DeadLetter[] = [];
  const lines: string[] = [];
  const iso = (time: number) => new Date(time).toISOString().replace('.000Z', 'Z');
  const scheduler = createScheduler({
    journalFile: journal(),
    clock,
    region,
    account,
    async callTarget(run: Run, input: string) {
      calls.push({ at: iso(clock.now()), time: iso(run.time), input });
      const failure = fails(calls.length);
      if (failure) throw failure;
    },
    async sendDeadLetter(_, letter) {
      letters.push(letter);
    },
    log: (line) => void lines.push(line),
  });
  running.push(scheduler);
  const put = (more: Record<string, unknown>) => {
    const settings = settingsOf(clock, more);
    const exists = scheduler.listSchedules().some((each) => each.settings.Name === settings.Name);
    return exists ? scheduler.updateSchedule(settings) : scheduler.createSchedule(settings);
  };
  return { scheduler, calls, letters, lines, put, at: () => calls.map(({ at }) => at) };
}

function settingsOf(clock: TestClock, { target = {}, ...more }: Record<string, unknown>) {
  return readSettings(
    {
      Name: 'one',
      ScheduleExpression: 'cron(30 2 * * ? *)',
      ScheduleExpressionTimezone: 'America/New_York',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: `arn:aws:lambda:${region}:${account}:function:start`,
        RoleArn: `arn:aws:iam::${account}:role/scheduler`,
        Input: '{}',
        ...(target as object),
      },
      ...more,
    },
    { region, account },
    clock.now(),
  );
}

describe('a schedule', () => {
  it('starts its runs on the minute, and leaves out a time that the clocks skip', async () => {
    const clock = testClock('2027-03-12T12:00:00Z');
    const { scheduler, put, calls } = await start(clock);
    await scheduler.activate();
    await put({});
    await clock.moveTo('2027-03-16T12:00:00Z');
    expect(calls).toEqual([
      { at: '2027-03-13T07:30:00Z', time: '2027-03-13T07:30:00Z', input: '{}' },
      { at: '2027-03-15T06:30:00Z', time: '2027-03-15T06:30:00Z', input: '{}' },
      { at: '2027-03-16T06:30:00Z', time: '2027-03-16T06:30:00Z', input: '{}' },
    ]);
  });

  it('starts a run once if the clocks show its time twice', async () => {
    const clock = testClock('2027-11-06T12:00:00Z');
    const { scheduler, put, at } = await start(clock);
    await scheduler.activate();
    await put({ ScheduleExpression: 'cron(30 1 * * ? *)' });
    await clock.moveTo('2027-11-08T12:00:00Z');
    expect(at()).toEqual(['2027-11-07T05:30:00Z', '2027-11-08T06:30:00Z']);
  });

  it('starts nothing while it is disabled, and continues at the next time', async () => {
    const clock = testClock('2027-01-01T00:00:00Z');
    const { scheduler, put, at } = await start(clock);
    await scheduler.activate();
    await put({ ScheduleExpression: 'rate(1 hour)' });
    await clock.moveTo('2027-01-01T01:30:00Z');
    await put({ ScheduleExpression: 'rate(1 hour)', State: 'DISABLED' });
    await clock.moveTo('2027-01-01T03:30:00Z');
    await put({ ScheduleExpression: 'rate(1 hour)' });
    await clock.moveTo('2027-01-01T04:30:00Z');
    expect(at()).toEqual(['2027-01-01T00:00:00Z', '2027-01-01T01:00:00Z', '2027-01-01T04:00:00Z']);
  });

  it('starts runs only between its dates', async () => {
    const clock = testClock('2027-01-01T00:00:00Z');
    const { scheduler, put, at } = await start(clock);
    await scheduler.activate();
    const seconds = (text: string) => Date.parse(text) / 1000;
    await put({
      ScheduleExpression: 'cron(0 * * * ? *)',
      ScheduleExpressionTimezone: 'UTC',
      StartDate: seconds('2027-01-01T03:00:00Z'),
      EndDate: seconds('2027-01-01T05:00:00Z'),
    });
    await clock.moveTo('2027-01-02T00:00:00Z');
    expect(at()).toEqual(['2027-01-01T03:00:00Z', '2027-01-01T04:00:00Z', '2027-01-01T05:00:00Z']);
  });

  it('starts a rate at its start date', async () => {
    const clock = testClock('2027-01-01T00:00:00Z');
    const { scheduler, put, at } = await start(clock);
    await scheduler.activate();
    await put({
      ScheduleExpression: 'rate(2 hours)',
      StartDate: Date.parse('2027-01-01T03:10:00Z') / 1000,
    });
    await clock.moveTo('2027-01-01T06:00:00Z');
    expect(at()).toEqual(['2027-01-01T03:10:00Z', '2027-01-01T05:10:00Z']);
  });

  it.each([
    ['is deleted after its only run', 'at(2027-01-01T00:00:00)', 'DELETE', 0],
    ['stays after its only run', 'at(2027-01-01T00:00:00)', 'NONE', 1],
    ['stays while it has further runs', 'cron(0 0 * * ? *)', 'DELETE', 1],
    ['is deleted after the last of its runs', 'cron(0 0 1 1 ? 2027)', 'DELETE', 0],
  ])('%s', async (_, ScheduleExpression, ActionAfterCompletion, left) => {
    const clock = testClock('2026-12-31T12:00:00Z');
    const { scheduler, put, calls } = await start(clock);
    await scheduler.activate();
    await put({ ScheduleExpression, ScheduleExpressionTimezone: 'UTC', ActionAfterCompletion });
    await clock.moveTo('2027-01-01T12:00:00Z');
    expect(calls).toHaveLength(1);
    expect(scheduler.listSchedules()).toHaveLength(left);
  });

  it('is not deleted if it was changed during the retries of its last run', async () => {
    const clock = testClock('2026-12-31T12:00:00Z');
    const { scheduler, put } = await start(clock, (attempt) =>
      attempt < 3 ? new Error('made by a test') : undefined,
    );
    await scheduler.activate();
    await put({
      ScheduleExpression: 'at(2027-01-01T00:00:00)',
      ScheduleExpressionTimezone: 'UTC',
      ActionAfterCompletion: 'DELETE',
    });
    await clock.moveTo('2027-01-01T00:00:01Z');
    await put({ ActionAfterCompletion: 'DELETE' });
    await clock.moveTo('2027-01-01T01:00:00Z');
    expect(scheduler.listSchedules()).toHaveLength(1);
  });

  it('logs that it is never due again', async () => {
    const clock = testClock('2027-01-01T00:00:00Z');
    const { scheduler, put, lines } = await start(clock);
    await scheduler.activate();
    await put({ ScheduleExpression: 'at(2026-01-01T00:00:00)' });
    expect(lines).toEqual([
      `${scheduleArn}: at(2026-01-01T00:00:00) is never due again, so it starts nothing.`,
    ]);
  });

  it('logs a run that was missed because the machine slept', async () => {
    const clock = testClock('2027-01-01T00:00:00Z');
    const late: TestClock = { ...clock, now: () => clock.now() + 61_000 };
    const { scheduler, put, calls, lines } = await start(late);
    await scheduler.activate();
    await put({ ScheduleExpression: 'cron(0 12 * * ? *)', ScheduleExpressionTimezone: 'UTC' });
    await clock.moveTo('2027-01-01T12:00:00Z');
    expect(calls).toEqual([]);
    expect(lines).toEqual([`${scheduleArn}: missed a run, because this machine was asleep 61 s ago.`]);
  });
});

describe('the input of the target', () => {
  it('has its keywords replaced', async () => {
    const clock = testClock('2027-01-01T00:00:00Z');
    const { scheduler, put, calls } = await start(clock, (attempt) =>
      attempt === 1 ? new Error('made by a test') : undefined,
    );
    await scheduler.activate();
    const keywords = ['scheduled-time', 'schedule-arn', 'execution-id', 'attempt-number', 'scheduled-time'];
    const Input = JSON.stringify(keywords.map((keyword) => `<aws.scheduler.${keyword}>`));
    await put({
      ScheduleExpression: 'at(2027-01-01T09:00:00)',
      ScheduleExpressionTimezone: 'Asia/Tokyo',
      target: { Input },
    });
    await clock.moveTo('2027-01-01T00:01:00Z');
    // 09:00 in Tokyo is the time of the call, and therefore in the past.
    expect(calls).toEqual([]);
    await put({
      ScheduleExpression: 'at(2027-01-01T10:00:00)',
      ScheduleExpressionTimezone: 'Asia/Tokyo',
      target: { Input },
    });
    await clock.moveTo('2027-01-01T02:00:00Z');
    const time = '2027-01-01T01:00:00Z';
    const id = expect.stringMatching(/^[0-9a-f]{16}$/) as string;
    expect(calls.map(({ input }) => JSON.parse(input) as unknown)).toEqual([
      [time, scheduleArn, id, '1', time],
      [time, scheduleArn, id, '2', time],
    ]);
  });

  it('is an event of Scheduler by default', async () => {
    const clock = testClock('2027-01-01T00:00:00Z');
    const { scheduler, put, calls } = await start(clock);
    await scheduler.activate();
    await put({ ScheduleExpression: 'rate(1 day)', target: { Input: undefined } });
    await clock.moveTo('2027-01-01T00:00:01Z');
    expect(JSON.parse(calls[0]?.input ?? '')).toMatchObject({
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      time: '2027-01-01T00:00:00Z',
      resources: [scheduleArn],
    });
  });
});

describe('a target that fails', () => {
  const queue = `arn:aws:sqs:${region}:${account}:dead`;
  const throttled = new TargetFailure('ThrottlingException', 'Slow down', false);

  async function failing(fails: (attempt: number) => Error | undefined, target: object) {
    const clock = testClock('2027-01-01T00:00:00Z');
    const started = await start(clock, fails);
    await started.scheduler.activate();
    await started.put({
      ScheduleExpression: 'at(2027-01-01T01:00:00)',
      ScheduleExpressionTimezone: 'UTC',
      target,
    });
    await clock.moveTo('2027-01-03T00:00:00Z');
    return started;
  }

  it('is called again after 1, 2, 4 … seconds', async () => {
    const { at, letters } = await failing((attempt) => (attempt < 4 ? throttled : undefined), {
      DeadLetterConfig: { Arn: queue },
    });
    expect(at()).toEqual([
      '2027-01-01T01:00:00Z',
      '2027-01-01T01:00:01Z',
      '2027-01-01T01:00:03Z',
      '2027-01-01T01:00:07Z',
    ]);
    expect(letters).toEqual([]);
  });

  it.each<[string, object, number, string]>([
    ['its retries are used up', { MaximumRetryAttempts: 2 }, 3, 'MaximumRetryAttempts'],
    ['it has no retries', { MaximumRetryAttempts: 0 }, 1, 'MaximumRetryAttempts'],
    // 0, 1, 3, 7, 15 and 31 s; the next would be after 63 s.
    ['the run is too old', { MaximumEventAgeInSeconds: 60 }, 6, 'MaximumEventAgeInSeconds'],
  ])('causes a dead letter if %s', async (_, RetryPolicy, attempts, condition) => {
    const { calls, letters } = await failing(() => throttled, {
      RetryPolicy,
      Input: '{"a":"<aws.scheduler.attempt-number>"}',
      DeadLetterConfig: { Arn: queue },
    });
    expect(calls).toHaveLength(attempts);
    expect(letters).toEqual([
      {
        body: `{"a":"${attempts}"}`,
        attributes: {
          ERROR_CODE: 'ThrottlingException',
          ERROR_MESSAGE: 'Slow down',
          EXECUTION_ID: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
          EXHAUSTED_RETRY_CONDITION: condition,
          IS_PAYLOAD_TRUNCATED: 'false',
          RETRY_ATTEMPTS: String(attempts - 1),
          SCHEDULED_TIME: '2027-01-01T01:00:00Z',
          SCHEDULE_ARN: scheduleArn,
          TARGET_ARN: `arn:aws:lambda:${region}:${account}:function:start`,
        },
      },
    ]);
  });

  it('is not called again after a permanent error', async () => {
    const denied = new TargetFailure('AccessDeniedException', 'not authorized', true);
    const { calls, letters } = await failing(() => denied, { DeadLetterConfig: { Arn: queue } });
    expect(calls).toHaveLength(1);
    expect(letters[0]?.attributes).toMatchObject({
      ERROR_CODE: 'AccessDeniedException',
      RETRY_ATTEMPTS: '0',
    });
    expect(letters[0]?.attributes).not.toHaveProperty('EXHAUSTED_RETRY_CONDITION');
  });

  it('is logged if there is no dead-letter queue', async () => {
    const { letters, lines } = await failing(() => throttled, { RetryPolicy: { MaximumRetryAttempts: 0 } });
    expect(letters).toEqual([]);
    expect(lines).toEqual([`${scheduleArn}: the run of 2027-01-01T01:00:00Z failed: Slow down`]);
  });

  it('does not delay later runs', async () => {
    const clock = testClock('2027-01-01T00:00:00Z');
    const { scheduler, put, calls } = await start(clock, (attempt) =>
      attempt === 1 ? throttled : undefined,
    );
    await scheduler.activate();
    await put({ ScheduleExpression: 'cron(* * * * ? *)' });
    await clock.moveTo('2027-01-01T00:02:00Z');
    expect(calls.map(({ time }) => time)).toEqual([
      '2027-01-01T00:01:00Z',
      '2027-01-01T00:01:00Z',
      '2027-01-01T00:02:00Z',
    ]);
  });

  it('is no longer called when the cloud stops, which is logged', async () => {
    const clock = testClock('2027-01-01T00:00:00Z');
    const { scheduler, put, calls, lines } = await start(clock, () => throttled);
    await scheduler.activate();
    await put({ ScheduleExpression: 'rate(1 day)' });
    await clock.moveTo('2027-01-01T00:00:00Z');
    await scheduler.stop();
    expect(calls).toHaveLength(1);
    expect(lines.at(-1)).toBe(
      `${scheduleArn}: the run of 2027-01-01T00:00:00Z is lost because the local cloud stops.`,
    );
  });
});

describe('after a restart', () => {
  it('continues schedules without the runs that were missed', async () => {
    const first = await start(testClock('2027-01-01T00:00:00Z'));
    await first.scheduler.activate();
    await first.put({ ScheduleExpression: 'cron(0 * * * ? *)' });
    await first.put({ Name: 'every-90', ScheduleExpression: 'rate(90 minutes)' });
    await first.put({
      Name: 'once',
      ScheduleExpression: 'at(2027-01-01T02:00:00)',
      ScheduleExpressionTimezone: 'UTC',
    });
    await first.put({ Name: 'gone' });
    await first.scheduler.deleteSchedule('default', 'gone');
    await first.scheduler.stop();
    // A line that was cut off by a kill.
    writeFileSync(journal(), `${readFileSync(journal(), 'utf8')}{"schedule":{"set`);

    const clock = testClock('2027-01-01T03:30:00Z');
    const second = await start(clock);
    await second.scheduler.activate();
    expect(second.scheduler.listSchedules().map(({ settings }) => settings.Name)).toEqual([
      'every-90',
      'once',
      'one',
    ]);
    await clock.moveTo('2027-01-01T05:00:00Z');
    expect(second.at()).toEqual(['2027-01-01T04:00:00Z', '2027-01-01T04:30:00Z', '2027-01-01T05:00:00Z']);
  });

  it('keeps schedules that the API put into groups of the template', async () => {
    const clock = testClock('2027-01-01T00:00:00Z');
    const first = await start(clock);
    await first.scheduler.createGroup('luma', 'template');
    await first.scheduler.activate();
    await first.put({ GroupName: 'luma' });
    await first.scheduler.stop();
    const second = await start(clock);
    await second.scheduler.createGroup('luma', 'template');
    await second.scheduler.activate();
    expect(second.scheduler.getSchedule('luma', 'one').settings.State).toBe('ENABLED');
  });

  it('removes groups and schedules that the template no longer has', async () => {
    const clock = testClock('2027-01-01T00:00:00Z');
    const first = await start(clock);
    await first.scheduler.createGroup('old', 'template');
    await first.scheduler.putTemplateSchedule(settingsOf(clock, { Name: 'kept' }));
    await first.scheduler.putTemplateSchedule(settingsOf(clock, { Name: 'dropped' }));
    await first.scheduler.activate();
    await first.put({ GroupName: 'old' });
    await first.put({ Name: 'by-api' });
    await first.scheduler.stop();
    const second = await start(clock);
    await second.scheduler.putTemplateSchedule(settingsOf(clock, { Name: 'kept' }));
    await second.scheduler.activate();
    expect(second.scheduler.listSchedules().map(({ settings }) => settings.Name)).toEqual(['by-api', 'kept']);
    expect(() => second.scheduler.getGroup('old')).toThrow('Schedule group old does not exist.');
  });
});

it('starts nothing before it is activated', async () => {
  const clock = testClock('2027-01-01T00:00:00Z');
  const { scheduler, put, at } = await start(clock);
  await put({ ScheduleExpression: 'rate(1 hour)' });
  await clock.moveTo('2027-01-01T00:00:30Z');
  expect(at()).toEqual([]);
  await scheduler.activate();
  await clock.moveTo('2027-01-01T01:00:00Z');
  expect(at()).toEqual(['2027-01-01T00:00:30Z', '2027-01-01T01:00:00Z']);
});
