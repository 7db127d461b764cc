import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { handleRequest } from '../../../../adapters/http/handle-request.ts';
import type { Job, PublishJob } from '../../../../domain/jobs/job.ts';
import { triggerToken } from '../../../../domain/notifications/trigger-token.ts';
import type { Schedule } from '../../../../domain/schedules/schedule.ts';
import type { Dependencies } from '../../../../functions/serve-api/dependencies.ts';
import { servedRoutes } from '../../../../functions/serve-api/handlers.ts';
import { httpEvent, identify } from '../../../adapters/http/http-event.ts';
import { now, olderSecretId, publishJob, schedule, secretId } from '../api-records.ts';
import { ask, dependenciesWith, findMember, type Replacements, reset, shipped } from '../ask.ts';

const token = triggerToken(new Uint8Array(32).fill(7));
const hash = createHash('sha256').update(token).digest('hex');
const triggered: Schedule = { ...schedule, triggerTokenHash: hash };
const origin = publishJob.id;

interface Call {
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly rawBody?: string;
}

/** Calls a trigger URL, and tells which jobs were submitted by that. */
async function call(request: Call = {}, dependencies: Replacements = {}) {
  await reset();
  const jobs: PublishJob[] = [];
  const logged: string[] = [];
  const all = dependenciesWith({
    findTrigger: async (of) => (of === hash ? { company: 'luma', scheduleId: schedule.id } : undefined),
    getSchedule: async () => triggered,
    recordRun: async () => true,
    submit: async (job) => {
      jobs.push(job);
      return { job };
    },
    ...dependencies,
  });
  const event = httpEvent({ method: 'POST', path: `/v1/triggers/${request.token ?? token}`, ...request });
  const response = await handleRequest(event, servedRoutes(all), {
    findMember,
    audit: shipped.audit,
    identify,
    log: { error: (message) => logged.push(message), info: (_, facts) => logged.push(JSON.stringify(facts)) },
  });
  const body = JSON.parse(response.body ?? 'null') as Record<string, unknown>;
  return { status: response.statusCode, headers: response.headers ?? {}, body, jobs, logged };
}

const notification = (depth: number, type = 'job.finished.v1') => ({
  type,
  data: { chain: { depth, origin } },
});

describe('a trigger URL', () => {
  it('starts the schedule’s job in its owner’s name, for whoever has it', async () => {
    const { status, body, jobs } = await call();
    expect(status).toBe(202);
    expect(jobs).toMatchObject([
      {
        id: body.jobId,
        status: 'queued',
        submittedBy: 'user',
        schedule: { id: schedule.id, name: schedule.name, due: now },
      },
    ]);
    expect(jobs[0]).not.toHaveProperty('chain');
  });

  it.each<[string, Call, chain: object | undefined]>([
    ['a notification', { body: notification(0) }, { depth: 1, origin }],
    ['a deep notification', { body: notification(9) }, { depth: 10, origin }],
    ['any other JSON', { body: { chain: { depth: 3, origin } } }, undefined],
    ['what is no JSON', { rawBody: 'a=1', headers: { 'content-type': 'text/plain' } }, undefined],
    ['more than a notification has', { rawBody: `${' '.repeat(100_001)}{}` }, undefined],
  ])('takes %s', async (_, request, chain) => {
    const { status, jobs } = await call(request);
    expect(status).toBe(202);
    expect(jobs).toHaveLength(1);
    expect(jobs[0]?.chain).toEqual(chain);
  });

  it('starts nothing for a test', async () => {
    expect(await call({ body: notification(0, 'notification.test.v1') })).toMatchObject({
      status: 202,
      body: {},
      jobs: [],
    });
  });

  it.each<[string, Call, Replacements, status: number, code: string]>([
    ['an unknown token', { token: triggerToken(new Uint8Array(32)) }, {}, 404, 'trigger.not-found'],
    ['what is no token', { token: 'trg_short' }, {}, 404, 'trigger.not-found'],
    ['a deleted schedule', {}, { getSchedule: async () => undefined }, 404, 'trigger.not-found'],
    ['a former token', {}, { getSchedule: async () => schedule }, 404, 'trigger.not-found'],
    ['too many calls', {}, { countCall: async () => 17 }, 429, 'request.rate-limited'],
    ['a paused schedule', {}, changed({ active: false }), 409, 'trigger.schedule-paused'],
    ['an owner who left', {}, changed({ submittedBy: 'gone' }), 409, 'trigger.schedule-paused'],
    ['an owner who is a viewer now', {}, changed({ submittedBy: 'viewer' }), 409, 'trigger.schedule-paused'],
    [
      'an unfinished job',
      {},
      changed({ lastRun: { jobId: origin, due: now } }),
      409,
      'schedule.job-unfinished',
    ],
    ['a chain that is too deep', { body: notification(10) }, {}, 422, 'trigger.chain-too-deep'],
    ['a schedule that keeps changing', {}, { recordRun: async () => false }, 503, 'storage.busy'],
  ])('refuses %s', async (_, request, dependencies, status, code) => {
    const response = await call(request, dependencies);
    expect(response).toMatchObject({ status, body: { code }, jobs: [] });
  });

  it('says when to come again', async () => {
    expect((await call({}, { countCall: async () => 17 })).headers['retry-after']).toBe('17');
    const busy = await call({}, changed({ lastRun: { jobId: origin, due: now } }));
    expect(busy.body).toMatchObject({ jobId: origin, retryAfter: '60' });
    expect(busy.headers['retry-after']).toBe('60');
  });

  it('starts one job for one message, also where whoever took it first died before the job was written', async () => {
    const kept = new Map<string, string>();
    const written = new Map<string, Job>();
    let dies = true;
    let lastRun: Schedule['lastRun'];
    const dependencies: Replacements = {
      findStarted: async (_, message) => kept.get(message),
      claimStartedJob: async (_, message, jobId) => {
        if (!kept.has(message)) kept.set(message, jobId);
        return kept.get(message) ?? jobId;
      },
      getSchedule: async () => ({ ...triggered, ...(lastRun && { lastRun }) }),
      recordRun: async (_, run) => {
        lastRun = run;
        return true;
      },
      getJob: async (_, id) => written.get(id),
      submit: async (job) => {
        if (dies) throw new Error('The table is away');
        written.set(job.id, job);
        return { job };
      },
    };
    const request = { headers: { 'Webhook-Id': 'msg_1' }, body: notification(2) };
    const first = await call(request, dependencies);
    expect(first.status).toBe(500);
    expect(first.logged.join()).toContain('/v1/triggers/…');
    expect(first.logged.join()).not.toContain(token);
    dies = false;
    const second = await call(request, dependencies);
    expect(second).toMatchObject({ status: 202, body: { jobId: [...kept.values()][0] } });
    expect((await call(request, dependencies)).body).toEqual(second.body);
    expect([...written.values()]).toMatchObject([{ chain: { depth: 3, origin } }]);
    // Another message is another run: it has to wait for the first one's job.
    const other = await call({ headers: { 'webhook-id': 'msg_2' } }, dependencies);
    expect(other).toMatchObject({ status: 409, body: { code: 'schedule.job-unfinished' } });
    expect(kept.size).toBe(1);
  });

  it('is shown once, to the schedule’s owner or an admin', async () => {
    const path = `/schedules/${schedule.id}/trigger`;
    const changes: unknown[] = [];
    const dependencies: Replacements = {
      getSchedule: async () => ({ ...triggered, submittedBy: 'bob' }),
      changeTrigger: async (_, to) => {
        changes.push(to);
        return true;
      },
      randomBytes: (count) => new Uint8Array(count).fill(7),
    };
    const denied = await ask('user', { method: 'POST', path }, dependencies);
    expect(denied).toMatchObject({ status: 403, body: { requiredRole: 'admin' } });
    const made = await ask('admin', { method: 'POST', path }, dependencies);
    expect(made).toMatchObject({
      status: 201,
      body: { url: `https://abc123.execute-api.example/v1/triggers/${token}` },
    });
    expect(await ask('admin', { method: 'DELETE', path }, dependencies)).toMatchObject({ status: 200 });
    expect(changes).toEqual([hash, undefined]);
    const { triggerTokenHash: _, ...bare } = schedule;
    const none = { ...dependencies, getSchedule: async () => bare };
    expect(await ask('admin', { method: 'DELETE', path }, none)).toMatchObject({
      status: 404,
      body: { code: 'trigger.not-found' },
    });
    expect(
      await ask('admin', { method: 'POST', path }, { ...dependencies, changeTrigger: async () => false }),
    ).toMatchObject({ status: 409, body: { code: 'schedule.changed-meanwhile' } });
  });
});

describe('the secrets of a company', () => {
  it('are listed without what they are', async () => {
    const { body } = await ask('admin', { method: 'GET', path: '/notifications/secrets' });
    expect(body).toEqual({
      items: [
        { id: secretId, created: now },
        { id: olderSecretId, created: '2026-11-23T08:30:00.000Z', validUntil: '2026-11-25T08:30:00.000Z' },
      ],
    });
  });

  it('are shown when they are made', async () => {
    const { body } = await ask('admin', { method: 'POST', path: '/notifications/secrets' });
    expect(body).toMatchObject({ created: now, secret: `whsec_${Buffer.alloc(32).toString('base64')}` });
  });

  it.each([
    [secretId, 409, 'notification.secret-needed'],
    ['01M868ZYSAAE2H8JTE1Z5727ZZ', 404, 'notification.secret-not-found'],
    ['none', 400, 'request.invalid'],
  ])('do not end by %s', async (id, status, code) => {
    const response = await ask('admin', { method: 'DELETE', path: `/notifications/secrets/${id}` });
    expect(response).toMatchObject({ status, body: { code } });
  });

  it('that keep changing are a 503', async () => {
    const request = { method: 'POST', path: '/notifications/secrets' };
    const response = await ask('admin', request, { changeSecrets: async () => false });
    expect(response).toMatchObject({ status: 503, body: { code: 'storage.busy' } });
  });
});

describe('a test notification', () => {
  const request = {
    method: 'POST',
    path: '/notifications:test',
    body: { url: 'https://hooks.example.com/a' },
  };

  it.each<[Awaited<ReturnType<Dependencies['notifications']['sendWebhook']>>, object]>([
    [
      { outcome: 'responded', status: 204, body: 'ok', truncated: false },
      { received: true, status: 204 },
    ],
    [
      { outcome: 'responded', status: 500, body: 'inside', truncated: false },
      { received: false, status: 500, reason: expect.stringContaining('the receiver responded with 500') },
    ],
    [
      { outcome: 'failed', cause: 'timeout', reason: 'no answer' },
      { received: false, reason: 'no answer' },
    ],
    [
      { outcome: 'refused', reason: 'not public' },
      { received: false, reason: 'not public' },
    ],
  ])('tells of %j', async (outcome, expected) => {
    const { status, body } = await ask('user', request, { sendWebhook: async () => outcome });
    expect(status).toBe(200);
    expect(body).toEqual({ ...expected, milliseconds: 0 });
  });

  it('is signed, and one of few', async () => {
    const sent: { headers: Readonly<Record<string, string>> }[] = [];
    const sendWebhook: Dependencies['notifications']['sendWebhook'] = async (message) => {
      sent.push(message);
      return { outcome: 'responded', status: 200, body: '', truncated: false };
    };
    await ask('user', request, { sendWebhook });
    expect(sent[0]?.headers['webhook-signature']).toMatch(/^v1,/);
    const refused = await ask('user', request, { sendWebhook, countCall: async () => 9 });
    expect(refused).toMatchObject({ status: 429, body: { code: 'request.rate-limited', retryAfter: '9' } });
    expect(sent).toHaveLength(1);
  });
});

describe('the e-mail preferences of a member', () => {
  const path = '/me/email-preferences';

  it('are off unless chosen', async () => {
    expect((await ask('viewer', { method: 'GET', path })).body).toEqual({
      completion: 'off',
      scope: 'own',
      types: ['upload', 'publish'],
      available: true,
    });
  });

  it.each([
    [{}, 'completion', 'must be one of off, all, problems'],
    [{ completion: 'all', types: [] }, 'types', 'at least one'],
    [{ completion: 'all', types: ['upload', 'upload'] }, 'types', 'twice'],
    [{ completion: 'all', scope: 'everyone' }, 'scope', 'must be one of own, company'],
    // Its token has no address.
    [{ completion: 'all' }, 'completion', 'neither your membership nor your token has one'],
  ])('are not %j', async (body, field, message) => {
    const response = await ask('viewer', { method: 'PUT', path, body });
    expect(response.status).toBe(400);
    expect(response.body.errors).toContainEqual({ field, message: expect.stringContaining(message) });
  });

  it('cannot be chosen where no mail is sent', async () => {
    const body = { completion: 'all' };
    const response = await ask('viewer', { method: 'PUT', path, body }, { mailAvailable: false });
    expect(response).toMatchObject({ status: 400 });
    expect(response.body.detail).toContain('sends no mail');
    expect(
      await ask('viewer', { method: 'PUT', path, body: { completion: 'off' } }, { mailAvailable: false }),
    ).toMatchObject({ status: 200, body: { available: false } });
  });
});

describe('whom a job is told to', () => {
  it('is kept with the job, and shown without what may authorise', async () => {
    const jobs: PublishJob[] = [];
    const notification = { url: 'https://hooks.example.com/a?token=1', onlyIfPublished: true };
    const { body } = await ask(
      'user',
      { method: 'POST', path: '/jobs', body: { notification, email: 'errors' } },
      {
        submit: async (job) => {
          jobs.push(job);
          return { job };
        },
      },
    );
    expect(jobs).toMatchObject([{ notification, email: 'errors' }]);
    expect(body).toMatchObject({
      email: 'errors',
      notification: { url: 'https://hooks.example.com/…', onlyIfPublished: true },
    });
  });

  it('is stored with the address of the API that survives another domain', async () => {
    const jobs: PublishJob[] = [];
    const notification = { url: 'https://api.example.com/v1/triggers/abc', onlyIfPublished: true };
    const submit = async (job: PublishJob) => {
      jobs.push(job);
      return { job };
    };
    await ask('user', { method: 'POST', path: '/jobs', body: { notification } }, { submit });
    expect(jobs[0]?.notification?.url).toBe('https://abc123.execute-api.example/v1/triggers/abc');
  });

  it.each<[object, string, string, Replacements]>([
    [{ notification: {} }, 'notification.url', 'must be a text', {}],
    [{ notification: { url: 'hooks.example.com' } }, 'notification.url', 'must start with https://', {}],
    [{ notification: { url: 'http://127.0.0.1:8080/' } }, 'notification.url', 'not a public address', {}],
    [{ notification: { url: 'https://a.example.com:22/' } }, 'notification.url', 'The port 22', {}],
    [{ email: 'always' }, 'email', 'must be one of none, all', {}],
    [{ email: 'all' }, 'email', 'sends no mail', { mailAvailable: false }],
  ])('is refused as %j', async (body, field, message, dependencies) => {
    const response = await ask('user', { method: 'POST', path: '/jobs', body }, dependencies);
    expect(response.status).toBe(400);
    expect(response.body.errors).toContainEqual({ field, message: expect.stringContaining(message) });
  });

  it('of a schedule stays where an edit gives it back as it was shown, and is on again once it is set anew', async () => {
    const off = { at: now, because: 'the receiver responded with 410' };
    const notification = { url: 'https://hooks.example.com/a', onlyIfPublished: false, off };
    const edit = async (url: string) => {
      const changes: unknown[] = [];
      const response = await ask(
        'user',
        {
          method: 'PATCH',
          path: `/schedules/${schedule.id}`,
          body: { job: { notification: { url, onlyIfPublished: true } } },
        },
        {
          getSchedule: async () => ({ ...schedule, job: { publish: 'new', notification }, warning: 'Off' }),
          changeSchedule: async (_, __, ___, change) => {
            changes.push(change);
            return { ...schedule, ...change } as Schedule;
          },
        },
      );
      expect(response.status).toBe(200);
      return changes;
    };
    const [kept] = await edit('https://hooks.example.com/…');
    expect(kept).toMatchObject({ job: { notification: { ...notification, onlyIfPublished: true } } });
    expect(kept).not.toHaveProperty('warning');
    const [anew] = await edit(notification.url);
    expect(anew).toHaveProperty('warning', undefined);
    expect(anew).toMatchObject({
      job: { notification: { url: notification.url, onlyIfPublished: true } },
    });
    expect(JSON.stringify(anew)).not.toContain('410');
  });
});

function changed(change: Partial<Schedule>): Replacements {
  return { getSchedule: async () => ({ ...triggered, ...change }) };
}
