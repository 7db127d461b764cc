import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { failureOf } from '../../smoke/report.ts';
import { runSmoke, type SmokeOutcome } from '../../smoke/run-smoke.ts';
import { smokeSteps } from '../../smoke/smoke-steps.ts';
import { withoutPermission, withStoppedQueue } from './support/faulty-assembly.ts';
import { movedClock } from './support/moved-clock.ts';
import { startTestCloud } from './support/test-cloud.ts';

/** Runs the smoke program against a local cloud of its own. */
async function smoke(assembly: string, patienceMs: number): Promise<ReadonlyMap<string, SmokeOutcome>> {
  const clock = movedClock(Date.now());
  const cloud = await startTestCloud(assembly, undefined, { schedulerClock: clock });
  try {
    const target = {
      ...cloud,
      patienceMs,
      waitUntil: async (time: number) => clock.moveTo(time + 1_000),
    };
    const outcomes = await runSmoke(smokeSteps(target, 'test'), [], () => {});
    return new Map(outcomes.map((outcome) => [outcome.name, outcome]));
  } finally {
    await cloud.stop();
  }
}

describe('the smoke program against the unchanged local cloud', () => {
  it('passes every step', { timeout: 240_000 }, async () => {
    const outcomes = [...(await smoke(inject('assembly'), 60_000)).values()];
    expect(outcomes.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(outcomes.map(({ name }) => name)).toEqual([
      'company',
      'upload',
      'multipart',
      'preview',
      'publish',
      'image',
      'video',
      'compress',
      'invalidate',
      'schedule',
      'export',
      'mail',
      'clean-up',
    ]);
    expect(failureOf(outcomes)).toBeUndefined();
  });
});

describe('the smoke program against a local cloud with three faults', () => {
  const folders: string[] = [];
  let outcomes: ReadonlyMap<string, SmokeOutcome>;

  beforeAll(async () => {
    // SES refuses the sender, Scheduler may not call start-job, and nothing reads the queue of export-log.
    folders.push(await withoutPermission(inject('assembly'), 'SendNotification', 'ses:SendEmail'));
    folders.push(await withoutPermission(folders[0] ?? '', 'SchedulerRole', 'lambda:InvokeFunction'));
    folders.push(await withStoppedQueue(folders[1] ?? '', 'ExportLog'));
    outcomes = await smoke(folders[2] ?? '', 15_000);
  }, 240_000);
  afterAll(async () => {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  it.each([
    ['mail', /has no notice of a mail within 15 s\..*"send-notification errors"/],
    ['export', /was not exported within 15 s\..*"export-log errors"/],
    ['schedule', /did not start its job within 15 s\..*"start-job dead-letters"/],
  ])('fails at the step "%s" and says where to look', (name, sentence) => {
    expect(outcomes.get(name)).toMatchObject({ status: 'failed', text: expect.stringMatching(sentence) });
  });

  it('passes every other step and names those that failed', () => {
    const failed = [...outcomes.values()].filter(({ status }) => status !== 'passed');
    expect(failed.map(({ name }) => name)).toEqual(['schedule', 'export', 'mail']);
    expect(failureOf([...outcomes.values()])).toBe('3 of 13 steps failed: schedule, export, mail');
  });
});
