import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../domain/failure.ts';
import { desiredSlots } from '../../../../domain/schedules/desired-slots.ts';
import type { Schedule } from '../../../../domain/schedules/schedule.ts';
import { checkedRule } from '../../../../functions/serve-api/schedules/checked-rule.ts';
import type { TestRequest } from '../../../adapters/http/http-event.ts';
import { aSchedule, scheduleId } from '../../../support/builders.ts';
import { type ScheduleCloud, scheduleCloud } from '../../../support/schedule-cloud.ts';
import { now } from '../api-records.ts';
import { ask, askAgain, shipped } from '../ask.ts';

const at = `/schedules/${scheduleId}`;
const send = (
  cloud: ScheduleCloud,
  who: string,
  method: TestRequest['method'],
  path: string,
  body?: unknown,
) => ask(who, { method, path, ...(body === undefined ? {} : { body }) } as TestRequest, cloud.dependencies);
const inStep = (cloud: ScheduleCloud) => {
  const wanted = [...cloud.schedules.values()].flatMap((one) => desiredSlots(one, cloud.time));
  expect([...cloud.slots.values()]).toEqual(wanted);
};
const failAt = (cloud: ScheduleCloud, ...calls: string[]) => {
  cloud.fault = (call) => {
    if (calls.includes(call)) throw new Error('made by a test');
  };
};
const refuseAt = (cloud: ScheduleCloud) => {
  cloud.fault = (call) => {
    if (call !== 'put') return;
    cloud.fault = () => {};
    throw Object.assign(new Error('Invalid Schedule Expression.'), { name: 'ValidationException' });
  };
};

describe('making a schedule', () => {
  it('keeps it as it is meant, in the time zone of the company, and tells EventBridge Scheduler', async () => {
    const cloud = scheduleCloud();
    const rule = { repeat: 'custom', text: '00 10 14 ? * MON,wed' };
    const { status, headers, body } = await send(cloud, 'user', 'POST', '/schedules', { rule });
    expect(status).toBe(201);
    expect(headers.etag).toBe('"1"');
    expect(body).toEqual({
      id: expect.any(String),
      name: 'Publish',
      rule: { repeat: 'custom', text: '0 10 14 ? * Mon,Wed' },
      timeZone: 'UTC',
      description: 'Every Monday and Wednesday at 14:10, UTC',
      active: true,
      kind: 'publish',
      job: { publish: 'new' },
      nextRun: { at: '2026-11-25T14:10:00.000Z', local: '2026-11-25T14:10+00:00' },
      submittedBy: 'user',
      created: now,
      modified: now,
      modifiedBy: 'user',
      version: 1,
    });
    expect([...cloud.schedules.values()]).toMatchObject([{ sync: 'done', slots: 1, revision: 1 }]);
    inStep(cloud);
  });

  it('tells EventBridge Scheduler nothing of one that is made paused', async () => {
    const cloud = scheduleCloud();
    const body = { rule: { repeat: 'daily', time: '9:05' }, active: false };
    expect((await send(cloud, 'user', 'POST', '/schedules', body)).body).toMatchObject({
      rule: { time: '09:05' },
      active: false,
    });
    expect(cloud.slots.size).toBe(0);
  });

  it.each(['createSchedule', 'put', 'recordSynced'])('keeps nothing where %s fails', async (call) => {
    const cloud = scheduleCloud();
    failAt(cloud, call);
    const { status, body } = await send(cloud, 'user', 'POST', '/schedules', {
      rule: { repeat: 'daily', time: '14:10' },
    });
    expect([status, body.code]).toEqual(
      call === 'createSchedule' ? [500, 'system.fault'] : [503, 'schedule.not-set'],
    );
    expect([cloud.schedules.size, cloud.slots.size]).toEqual([0, 0]);
  });

  it('leaves what cannot be taken back either to be mended', async () => {
    const cloud = scheduleCloud();
    failAt(cloud, 'put', 'deleteSchedule');
    const body = { rule: { repeat: 'daily', time: '14:10' } };
    expect((await send(cloud, 'user', 'POST', '/schedules', body)).status).toBe(503);
    expect([...cloud.schedules.values()]).toMatchObject([{ sync: 'pending' }]);
  });

  it('is refused where EventBridge Scheduler refuses', async () => {
    const cloud = scheduleCloud();
    refuseAt(cloud);
    const body = { rule: { repeat: 'daily', time: '14:10' } };
    expect((await send(cloud, 'user', 'POST', '/schedules', body)).body).toMatchObject({
      status: 400,
      errors: [{ field: 'rule', message: expect.stringContaining('does not accept this rule in UTC') }],
    });
    expect(cloud.schedules.size).toBe(0);
  });

  it('is refused beyond 500', async () => {
    const { status, body } = await ask(
      'user',
      { method: 'POST', path: '/schedules', body: { rule: { repeat: 'daily', time: '14:10' } } },
      { countSchedules: async () => 500 },
    );
    expect([status, body.detail]).toEqual([400, expect.stringContaining('at most 500')]);
  });

  it.each<[string, object, object]>([
    ['a time', { rule: { repeat: 'daily', time: '24:00' } }, { field: 'rule.time' }],
    ['no weekday', { rule: { repeat: 'weekly', time: '1:00', weekdays: [] } }, { field: 'rule.weekdays' }],
    ['a day', { rule: { repeat: 'monthly', time: '1:00', on: { day: 32 } } }, { field: 'rule.on.day' }],
    [
      'a week',
      { rule: { repeat: 'monthly', time: '1:00', on: { week: 6, weekday: 'Fri' } } },
      { field: 'rule.on.week' },
    ],
    ['a kind', { rule: { repeat: 'hourly' } }, { field: 'rule.repeat' }],
    ['a zone', { rule: { repeat: 'daily', time: '1:00' }, timeZone: 'Mars' }, { field: 'timeZone' }],
    [
      'a server',
      { rule: { repeat: 'daily', time: '1:00' }, job: { servers: ['server-directory'] } },
      { field: 'job.servers' },
    ],
    [
      'a custom rule',
      { rule: { repeat: 'custom', text: '0 10 14 ? * Mon#9' } },
      { field: 'rule.text', column: 17, message: expect.stringMatching(/^day of week: .*Write 1-5/) },
    ],
    [
      'runs too close',
      { rule: { repeat: 'custom', text: '0 0/4 * * * ?' } },
      { field: 'rule.text', column: 3, message: expect.stringContaining('at least 5 minutes apart') },
    ],
    [
      'a rule that takes too many schedules',
      {
        rule: {
          repeat: 'custom',
          text: '0 0 0 ? * 1#1,2#2,3#3,4#4,5#1,6#2,7#3,1#4,2#1,3#2,4#3',
        },
      },
      { field: 'rule.text', message: expect.stringContaining('at most 10') },
    ],
    [
      'a time that is past',
      { rule: { repeat: 'once', at: '2026-11-24T08:30' } },
      { field: 'rule.at', nearest: '2026-11-24T08:31' },
    ],
    [
      'a time that clocks skip',
      { rule: { repeat: 'once', at: '2027-03-14T02:30' }, timeZone: 'America/New_York' },
      { field: 'rule.at', nearest: '2027-03-14T03:00' },
    ],
  ])('is refused for %s, with the field and the way out', async (_, body, detail) => {
    const cloud = scheduleCloud();
    const response = await send(cloud, 'user', 'POST', '/schedules', body);
    expect(response.body, JSON.stringify(response.body)).toMatchObject({
      status: 400,
      code: 'request.invalid',
      errors: [detail],
    });
    expect(cloud.schedules.size).toBe(0);
  });
});

describe('what its jobs are to do', () => {
  const rule = { repeat: 'daily', time: '14:10' };
  it('is kept and shown', async () => {
    const cloud = scheduleCloud();
    const scope = { folder: '/autumn/', below: true };
    const job = {
      publish: 'full',
      servers: ['video', 'image-serving'],
      scope,
      force: true,
      runAs: 'user',
      invalidate: true,
    };
    const { body } = await send(cloud, 'admin', 'POST', '/schedules', { rule, job });
    expect(body.job).toEqual({ ...job, servers: ['image-serving', 'video'] });
    const { body: run } = await send(cloud, 'admin', 'POST', `/schedules/${body.id}/run`);
    expect(cloud.jobs.get(String(run.id))).toMatchObject({
      ...job,
      servers: ['image-serving', 'video'],
      scope: { kind: 'folder', ...scope },
    });
    expect(run.schedule).toEqual({ id: body.id, name: 'Publish', due: now });
  });

  it.each<[string, string, object, number, string]>([
    ['a user', 'another', { runAs: 'admin' }, 403, 'Only admins may let jobs run as another member'],
    ['a user', 'himself', { runAs: 'user' }, 201, ''],
    ['an admin', 'another', { runAs: 'user' }, 201, ''],
    ['an admin', 'a viewer', { runAs: 'viewer' }, 400, 'is a viewer'],
    ['an admin', 'a stranger', { runAs: 'stranger' }, 400, 'is not a member'],
    [
      'a user',
      'all, and invalidate the CDN',
      { invalidate: true },
      403,
      'Only admins may let jobs invalidate the CDN',
    ],
  ])('of %s may be done as %s: %o', async (who, _, job, status, says) => {
    const subject = who === 'a user' ? 'user' : 'admin';
    const response = await send(scheduleCloud(), subject, 'POST', '/schedules', { rule, job });
    expect(response.status, JSON.stringify(response.body)).toBe(status);
    expect(JSON.stringify(response.body)).toContain(says);
    const edited = await send(scheduleCloud(aSchedule({ submittedBy: subject })), subject, 'PATCH', at, {
      job,
    });
    expect(edited.status).toBe(status === 201 ? 200 : status);
  });

  it('is what its owner may, also where an admin says it', async () => {
    const response = await send(scheduleCloud(aSchedule()), 'admin', 'PATCH', at, {
      job: { runAs: 'admin' },
    });
    expect(response.status).toBe(403);
  });
});

describe('a preview', () => {
  it('tells the rule, what it means and its next 5 runs, with the offset of their zone', async () => {
    const body = {
      rule: { repeat: 'custom', text: '0 30 1 ? * sun' },
      timeZone: 'america/new_york',
    };
    const response = await ask('viewer', { method: 'POST', path: '/schedules:preview', body });
    expect(response.body).toEqual({
      rule: { repeat: 'custom', text: '0 30 1 ? * Sun' },
      timeZone: 'America/New_York',
      description: 'Every Sunday at 01:30, New York time',
      nextRuns: ['2026-11-29', '2026-12-06', '2026-12-13', '2026-12-20', '2026-12-27'].map((date) => ({
        at: `${date}T06:30:00.000Z`,
        local: `${date}T01:30-05:00`,
      })),
      clockChanges: [{ local: '2027-11-07T01:30', effect: 'first-pass' }],
    });
  });

  it('has as many runs as were asked for, at most 50', async () => {
    const preview = (runs: unknown) =>
      ask('viewer', {
        method: 'POST',
        path: '/schedules:preview',
        body: { rule: { repeat: 'daily', time: '10:00' }, runs },
      });
    expect((await preview(50)).body.nextRuns).toHaveLength(50);
    for (const runs of [0, 51, 1.5, '5'])
      expect(await preview(runs), String(runs)).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'runs' }] },
      });
  });

  it('is answered with the way out or a plan, and never else, whatever is typed', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.constantFrom(...'0123456789*?/,-#LCW MonFrian\t'), { maxLength: 60 })
        .map((each) => each.join('')),
    );
    const rule = fc.oneof(
      text.map((at) => ({ repeat: 'once', at })),
      text.map((time) => ({ repeat: 'daily', time })),
      fc.record({ repeat: fc.constant('monthly'), time: text, on: fc.record({ day: fc.anything() }) }),
      text.map((typed) => ({ repeat: 'custom', text: typed })),
      fc.anything(),
    );
    await fc.assert(
      fc.asyncProperty(rule, fc.option(text, { nil: undefined }), async (typed, timeZone) => {
        const body = JSON.parse(JSON.stringify({ rule: typed, timeZone }) ?? '{}') as unknown;
        const { status, faults } = await askAgain('viewer', {
          method: 'POST',
          path: '/schedules:preview',
          body,
        });
        expect([200, 400]).toContain(status);
        expect(faults).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('100,000 custom rules', () => {
  /** What somebody may type into each field: right, nearly right, and nonsense. */
  const fields = [
    ['0', '0', '0', '00', '*', '30', '0/5', '\u{1f4a5}'],
    ['0', '59', '*/15', '0/5', '10,44', '0-59/7', '*', '60', '1,', '-1', '?'],
    ['14', '22-2', '*', '*/6', '0,12', '24', '1-', 'noon'],
    ['?', '*', '31', 'L', '1-5', '15C', '30,31', '0', 'LW', '15W', '1,L', '#'],
    ['*', 'Feb', '1-6', 'nov-MAR', '13', 'Janu', '2/12', ''],
    ['?', '*', 'Mon', 'fri-MON', '6L', '6#3', '2#1,3#2,6#5', 'L', '8', '1C', '6#6', 'Mon,6L'],
    ['', '', '2027', '2026-2099', '1970/7', '2099', '2030-2027', '1969', '9'.repeat(400)],
    ['', '', '', '', 'more'],
  ];

  it('are read and checked: each is refused with the way out, or kept and read again as it is kept', () => {
    let random = 1;
    const oneOf = (values: readonly string[]) => {
      random = (random * 48_271) % 2_147_483_647;
      return values[random % values.length] ?? '';
    };
    const wrong: unknown[] = [];
    let kept = 0;
    for (let count = 0; count < 100_000; count += 1) {
      const text = fields.map(oneOf).join(' ');
      try {
        const checked = checkedRule({ repeat: 'custom', text }, 'Europe/Berlin', now);
        const again = checkedRule(checked.rule, checked.timeZone, now);
        if (JSON.stringify(again) !== JSON.stringify(checked)) wrong.push({ text, checked, again });
        kept += 1;
      } catch (error) {
        if (!(error instanceof Failure) || error.details[0]?.field !== 'rule.text')
          wrong.push({ text, error });
      }
    }
    expect(wrong).toEqual([]);
    expect(kept).toBeGreaterThan(500);
  });
});

describe('the list', () => {
  const letters = ['A', 'B', 'C', 'D'];
  const schedules = letters.map((letter, index) =>
    aSchedule({
      id: `${scheduleId.slice(0, -1)}${letter}`,
      name: `Schedule ${letter}`,
      active: index % 2 === 0,
      submittedBy: index < 2 ? 'user' : 'admin',
    }),
  );
  const list = async (query: string) => {
    const { body } = await ask(
      'user',
      { method: 'GET', path: '/schedules', query },
      scheduleCloud(...schedules).dependencies,
    );
    const { items, next } = body as { items: { name: string }[]; next?: string };
    return { names: items.map(({ name }) => name.slice(-1)).join(''), next };
  };

  it.each([
    ['', 'ABCD'],
    ['active=true', 'AC'],
    ['active=false', 'BD'],
    ['owner=mine', 'AB'],
    ['owner=all', 'ABCD'],
    ['name=schedule%20d', 'D'],
    ['owner=mine&active=false', 'B'],
    ['name=none', ''],
  ])('with %s holds %s', async (query, names) => {
    expect(await list(query)).toEqual({ names });
  });

  it('comes page by page, the last one without a next', async () => {
    const first = await list('limit=1&owner=mine');
    expect(first).toEqual({ names: 'A', next: expect.any(String) });
    expect(await list(`limit=1&owner=mine&cursor=${first.next}`)).toEqual({ names: 'B' });
    expect(await list('limit=4')).toEqual({ names: 'ABCD' });
  });

  it('shows the last run with what came of it, and what was skipped', async () => {
    const lastRun = { jobId: '01M868ZYSAAE2H8JTE1Z5727DM', due: '2026-11-23T19:10:00.000Z' };
    const skipped = { due: '2026-11-22T19:10:00.000Z', because: 'Its job was running' };
    const earlierSkipped = [{ due: '2026-11-21T19:10:00.000Z', because: 'It was more than 60 minutes late' }];
    const cloud = scheduleCloud(aSchedule({ lastRun, skipped, earlierSkipped }));
    const { body } = await ask(
      'viewer',
      { method: 'GET', path: at },
      { ...cloud.dependencies, getJob: shipped.jobs.getJob },
    );
    expect(body).toMatchObject({
      lastRun: { ...lastRun, status: 'running' },
      skipped,
      earlierSkipped,
      nextRun: { local: '2026-11-24T14:10-05:00' },
    });
  });
});

describe('changing a schedule', () => {
  const edit = (cloud: ScheduleCloud, body: object, who = 'user') => send(cloud, who, 'PATCH', at, body);
  const record = (cloud: ScheduleCloud) => cloud.schedules.get(scheduleId);

  it.each<[string, Partial<Schedule>, object, Partial<Schedule>]>([
    ['its name leaves its runs alone', {}, { name: 'Other' }, { name: 'Other', version: 2, revision: 1 }],
    ['what its jobs do', {}, { job: { publish: 'full' } }, { job: { publish: 'full' }, revision: 1 }],
    ['its rule', {}, { rule: { repeat: 'daily', time: '1:00' } }, { revision: 2, sync: 'done', slots: 1 }],
    ['its zone', {}, { timeZone: 'europe/berlin' }, { timeZone: 'Europe/Berlin', revision: 2 }],
    ['to pause it', {}, { active: false }, { active: false, revision: 2, slots: 0 }],
    [
      'to resume it takes its warning away',
      { active: false, warning: 'Paused' },
      { active: true },
      { active: true },
    ],
    ['nothing', {}, { active: true, name: 'Autumn' }, { version: 1 }],
    [
      'the rule of one that is completed makes it run again',
      { active: false, completed: now },
      { rule: { repeat: 'once', at: '2026-12-24T18:00' } },
      { active: true },
    ],
    [
      'the rule of one that is paused leaves it paused',
      { active: false },
      { rule: { repeat: 'daily', time: '1:00' } },
      { active: false },
    ],
    ['what was not set', { sync: 'pending' }, { active: true }, { version: 1, sync: 'done' }],
  ])('%s', async (_, more, body, after) => {
    const cloud = scheduleCloud(aSchedule(more));
    const response = await edit(cloud, body);
    expect(response.status, JSON.stringify(response.body)).toBe(200);
    expect(record(cloud)).toMatchObject(after);
    expect(record(cloud)?.warning).toBeUndefined();
    expect(response.headers.etag).toBe(`"${record(cloud)?.version}"`);
    inStep(cloud);
  });

  it('to resume it after its time is refused with the next that can be', async () => {
    const rule = { repeat: 'once', at: '2026-11-24T03:00' } as const;
    const { body } = await edit(scheduleCloud(aSchedule({ rule, active: false })), { active: true });
    expect(body).toMatchObject({ status: 400, errors: [{ field: 'rule.at', nearest: '2026-11-24T03:31' }] });
  });

  it('that EventBridge Scheduler cannot be told of is kept, shown as pending, and done by the same again', async () => {
    const cloud = scheduleCloud(aSchedule());
    failAt(cloud, 'put');
    expect((await edit(cloud, { timeZone: 'UTC' })).body).toMatchObject({
      status: 503,
      code: 'schedule.not-set',
    });
    cloud.fault = () => {};
    expect((await send(cloud, 'viewer', 'GET', at)).body).toMatchObject({ timeZone: 'UTC', pending: true });
    expect((await edit(cloud, { timeZone: 'UTC' })).status).toBe(200);
    inStep(cloud);
  });

  it('that EventBridge Scheduler refuses is taken back', async () => {
    const cloud = scheduleCloud(aSchedule());
    refuseAt(cloud);
    expect((await edit(cloud, { timeZone: 'UTC' })).body).toMatchObject({ status: 400 });
    expect(record(cloud)).toEqual(aSchedule({ version: 3, revision: 3, modified: cloud.time }));
    inStep(cloud);
  });

  it('is done on top of what somebody else changed meanwhile', async () => {
    const cloud = scheduleCloud(aSchedule());
    cloud.fault = (call) => {
      if (call !== 'changeSchedule') return;
      cloud.fault = () => {};
      cloud.schedules.set(scheduleId, aSchedule({ name: 'Other', version: 2 }));
    };
    expect((await edit(cloud, { active: false })).body).toMatchObject({
      name: 'Other',
      active: false,
      version: 3,
    });
  });

  it('keeps the owner when an admin does it', async () => {
    const cloud = scheduleCloud(aSchedule());
    await edit(cloud, { active: false }, 'admin');
    expect(record(cloud)).toMatchObject({ submittedBy: 'user', modifiedBy: 'admin' });
  });

  it('is refused to who has seen another version', async () => {
    const { dependencies } = scheduleCloud(aSchedule({ version: 2 }));
    const request = {
      method: 'PATCH',
      path: at,
      body: { active: false },
      headers: { 'if-match': '"1"' },
    } as const;
    expect((await ask('user', request, dependencies)).body).toMatchObject({ status: 412, etag: '"2"' });
  });
});

describe('deleting a schedule', () => {
  it('leaves nothing of it in EventBridge Scheduler, and its jobs', async () => {
    const rule = { repeat: 'custom', text: '0 0 3 ? * 2#1,3#2' } as const;
    const cloud = scheduleCloud(aSchedule({ rule, slots: 2 }));
    expect(cloud.slots.size).toBe(2);
    expect((await send(cloud, 'user', 'DELETE', at)).status).toBe(200);
    expect([cloud.schedules.size, cloud.slots.size]).toEqual([0, 0]);
    expect((await send(cloud, 'user', 'DELETE', at)).body).toMatchObject({
      status: 404,
      code: 'schedule.not-found',
    });
  });

  it('is done where EventBridge Scheduler cannot be told: what is left there starts nothing', async () => {
    const cloud = scheduleCloud(aSchedule());
    failAt(cloud, 'remove');
    expect((await send(cloud, 'user', 'DELETE', at)).status).toBe(200);
    expect(cloud.schedules.size).toBe(0);
    expect(cloud.logged.join()).toContain('left for reconcile-schedules');
  });
});

describe('running a schedule now', () => {
  it("starts its job as the caller's and leaves its runs alone", async () => {
    const cloud = scheduleCloud(aSchedule({ active: false }));
    const { status, body } = await send(cloud, 'admin', 'POST', `${at}/run`);
    expect(status).toBe(201);
    expect(cloud.jobs.get(String(body.id))).toMatchObject({
      givenName: 'Autumn',
      submittedBy: 'admin',
      schedule: { id: scheduleId, name: 'Autumn', due: cloud.time },
    });
    expect(cloud.schedules.get(scheduleId)).toEqual(
      aSchedule({ active: false, lastRun: { jobId: String(body.id), due: cloud.time } }),
    );
  });

  it('waits for the job before', async () => {
    const cloud = scheduleCloud(aSchedule());
    await send(cloud, 'user', 'POST', `${at}/run`);
    expect((await send(cloud, 'user', 'POST', `${at}/run`)).body).toMatchObject({
      status: 409,
      code: 'schedule.job-unfinished',
    });
    expect(cloud.jobs.size).toBe(1);
  });

  it('makes one job of two calls at once', async () => {
    const cloud = scheduleCloud(aSchedule());
    const answers = await Promise.all([1, 2].map(() => send(cloud, 'user', 'POST', `${at}/run`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(cloud.jobs.size).toBe(1);
  });

  it('is refused to a user whose jobs would run as another', async () => {
    const cloud = scheduleCloud(aSchedule({ job: { publish: 'new', runAs: 'admin' } }));
    expect((await send(cloud, 'user', 'POST', `${at}/run`)).status).toBe(403);
    expect((await send(cloud, 'admin', 'POST', `${at}/run`)).status).toBe(201);
  });
});

describe('a schedule of uploads', () => {
  const rule = { repeat: 'daily', time: '14:10' };
  const bucket = { bucket: 'source', prefix: 'web/', includeSubfolders: true };
  const secret = 'https://files.example.com/get?key=secret';
  const shown = 'https://files.example.com/get?…';
  const create = (cloud: ScheduleCloud, upload: unknown, more: object = {}) =>
    send(cloud, 'user', 'POST', '/schedules', { rule, upload, ...more });

  it('takes only what changed, unless it says otherwise, and is listed among the others by its kind', async () => {
    const cloud = scheduleCloud(aSchedule());
    const { status, body } = await create(cloud, { from: bucket, folder: '/shop/', followWith: {} });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      name: 'Upload',
      kind: 'upload',
      upload: {
        from: { ...bucket, changedOnly: true },
        folder: '/shop/',
        publishAfterUploading: true,
        overwrite: true,
        followWith: { publish: 'new', onlyIfFiles: true },
      },
    });
    expect(body).not.toHaveProperty('job');
    inStep(cloud);
    for (const [kind, count] of [
      ['upload', 1],
      ['publish', 1],
      [undefined, 2],
    ] as const) {
      const request = { path: '/schedules', ...(kind && { query: `kind=${kind}` }) };
      const { body: list } = await ask('viewer', request, cloud.dependencies);
      expect(list.items).toHaveLength(count);
    }
  });

  it('shows its URLs without their queries, and keeps them in an edit that sends them so', async () => {
    const cloud = scheduleCloud();
    const from = { urls: [{ url: secret, name: 'a.png' }], changedOnly: false };
    const made = await create(cloud, { from });
    expect(made.body).toMatchObject({ upload: { from: { urls: [{ url: shown, name: 'a.png' }] } } });
    const edit = { upload: { from: { urls: [{ url: shown, name: 'b.png' }] }, folder: '/b/' } };
    const edited = await send(cloud, 'user', 'PATCH', `/schedules/${made.body.id}`, edit);
    expect(edited.status).toBe(200);
    expect(cloud.schedules.get(String(made.body.id))?.job).toMatchObject({
      folder: '/b/',
      from: { kind: 'urls', urls: [{ url: secret, name: 'b.png' }], changedOnly: true },
    });
  });

  it('starts its upload when a member asks for it', async () => {
    const cloud = scheduleCloud();
    const { body } = await create(cloud, { from: bucket }, { name: 'Photos' });
    const run = await send(cloud, 'user', 'POST', `/schedules/${body.id}/run`, {});
    expect(run.status).toBe(201);
    expect(run.body).toMatchObject({
      kind: 'upload',
      status: 'running',
      givenName: 'Photos',
      from: { ...bucket, changedOnly: true },
      schedule: { id: body.id, name: 'Photos' },
    });
    expect((await send(cloud, 'user', 'POST', `/schedules/${body.id}/run`, {})).status).toBe(409);
  });

  it.each([
    ['upload', { job: {} }, { from: bucket }],
    ['upload.from.bucket', {}, { from: { bucket: 'foreign' } }],
    ['upload.from.urls[0].url', {}, { from: { urls: [{ url: 'http://files.example.com/a.png' }] } }],
    ['upload.followWith.servers', {}, { from: bucket, followWith: { servers: ['server-directory'] } }],
    ['upload.batchSetPresets[0]', {}, { from: bucket, batchSetPresets: ['unknown'] }],
    ['upload.notification.url', {}, { from: bucket, notification: { url: 'http://10.0.0.1/' } }],
    ['upload.from', {}, { folder: '/' }],
  ])('is refused where %s is wrong', async (field, more, upload) => {
    const cloud = scheduleCloud();
    const { status, body } = await create(cloud, upload, more);
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ field }]);
    expect(cloud.schedules.size).toBe(0);
  });

  it('stays a schedule of uploads, and one of publish jobs stays such a one', async () => {
    const cloud = scheduleCloud(aSchedule());
    const refused = await send(cloud, 'user', 'PATCH', at, { upload: { from: bucket } });
    expect(refused.body.errors).toMatchObject([
      { field: 'upload', message: expect.stringContaining('of the kind publish') },
    ]);
    const { body } = await create(cloud, { from: bucket });
    const other = await send(cloud, 'user', 'PATCH', `/schedules/${body.id}`, { job: {} });
    expect(other.body.errors).toMatchObject([
      { field: 'job', message: expect.stringContaining('of the kind upload') },
    ]);
  });
});
