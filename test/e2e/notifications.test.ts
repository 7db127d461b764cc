import { readdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { OperationResponse } from '@pressroom/client/create-client';
import sharp from 'sharp';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JobFinished } from '../../domain/notifications/job-finished.ts';
import { type BodyOf, company, startTestCloud, type TestCloud } from './support/test-cloud.ts';

interface Received {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

type Schedule = OperationResponse<'createSchedule'>;

let test: TestCloud;
let receiver: Server;
let address: string;
let secret: string;
let received: Received[];
/** The next statuses of the receiver; 204 when the list is empty. */
let statuses: number[];

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      received.push({ path: request.url ?? '', headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(statuses.shift() ?? 204).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;

  test = await startTestCloud();
  ({ secret } = await test.as('admin').call('makeWebhookSecret'));
  const image = sharp({ create: { width: 16, height: 16, channels: 3, background: '#c00' } });
  const bytes = await image.png().toBuffer();
  const { job } = await test.upload([{ name: 'shoe.png', type: 'image/png', bytes }], {
    publishAfterUploading: false,
  });
  await test.until(job.id, 'succeeded');
});

afterAll(async () => {
  await test?.stop();
  receiver?.closeAllConnections();
  await new Promise((resolve) => receiver?.close(resolve));
});

beforeEach(() => {
  received = [];
  statuses = [];
});

const submit = (options: BodyOf<'submitJob'>) => test.as('user').call('submitJob', { body: options });

/** Waits until the receiver has this many requests on a path. */
const arrived = (path: string, count = 1) =>
  vi.waitFor(
    () => {
      const here = received.filter((request) => request.path === path);
      expect(here).toHaveLength(count);
      return here;
    },
    { timeout: 30_000, interval: 100 },
  );

const notices = async (jobId: string, count: number) =>
  vi.waitFor(
    async () => {
      const lines = (await test.wholeLog(jobId)).filter(({ outcome }) => outcome === 'notice');
      expect(lines).toHaveLength(count);
      return lines.map(({ message }) => message);
    },
    { timeout: 30_000, interval: 200 },
  );

const verified = ({ body, headers }: Received) => new Webhook(secret).verify(body, headers) as JobFinished;

async function mails(): Promise<string[]> {
  const folder = test.cloud.addresses.mail ?? '';
  const names = await readdir(folder).catch(() => []);
  return Promise.all(names.sort().map((name) => readFile(join(folder, name), 'utf8')));
}

async function makeSchedule(name: string, job: BodyOf<'createSchedule'>['job']): Promise<Schedule> {
  const rule = { repeat: 'once', at: '2099-01-01T00:00' } as const;
  return test.as('user').call('createSchedule', { body: { name, rule, timeZone: 'UTC', job } });
}

const post = async (url: string, headers: Record<string, string> = {}, body?: unknown) => {
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(url, { method: 'POST', headers, ...text });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

describe('the notification of a finished job', () => {
  it('has a signature that the public library verifies, a log entry and a mail', async () => {
    const job = await submit({ notification: { url: `${address}/told?key=1` }, email: 'all' });
    expect(job).toMatchObject({ email: 'all', notification: { url: `${address}/…` } });
    await test.until(job.id, 'succeeded');
    const [request] = (await arrived('/told?key=1')) as [Received];
    expect(verified(request)).toMatchObject({
      type: 'job.finished.v1',
      data: {
        company,
        job: { id: job.id },
        result: 'succeeded',
        counts: { done: 1 },
        links: { job: `${test.cloud.addresses.api}/v1/companies/${company}/jobs/${job.id}` },
        chain: { depth: 0, origin: job.id },
      },
    });
    expect((await notices(job.id, 3)).sort()).toEqual([
      'Mail about the begin of this job: sent to 1 member.',
      'Mail about the end of this job: sent to 1 member.',
      expect.stringMatching(
        /^Notification to 127\.0\.0\.1:\d+, attempt 1 of 10: received \(204\)\. It took \d+ ms\.$/,
      ),
    ]);
    await vi.waitFor(async () => {
      const about = (await mails()).filter((mail) => mail.includes(job.id));
      expect(about).toHaveLength(2);
      for (const mail of about) expect(mail).toMatch(/^To: user@pressroom\.test\r$/m);
      const [begin, end] = about;
      expect(begin).toMatch(/^Subject: Publish .*: has begun\r$/m);
      expect(end).toMatch(/^Subject: Publish .*: has succeeded\r$/m);
      expect(end).toMatch(/Published: +1\r$/m);
    });
  });

  it('is sent again after a failure of the receiver, but not after 410', async () => {
    statuses = [500, 410];
    const job = await submit({ notification: { url: `${address}/failing` } });
    const requests = await arrived('/failing', 2);
    expect(new Set(requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    for (const request of requests) expect(verified(request).data.job.id).toBe(job.id);
    expect(await notices(job.id, 2)).toEqual([
      expect.stringContaining('attempt 1 of 10: the receiver responded with 500'),
      expect.stringContaining("To enable them again, set the notification's URL again"),
    ]);
  });

  it('is not sent if nothing was published and onlyIfPublished is set', async () => {
    const quiet = await submit({ notification: { url: `${address}/quiet`, onlyIfPublished: true } });
    await test.until(quiet.id, 'succeeded');
    const loud = await submit({ notification: { url: `${address}/loud` } });
    await arrived('/loud');
    expect(received.map(({ path }) => path)).toEqual(['/loud']);
    expect(verified(received[0] as Received).data.job.id).toBe(loud.id);
  });

  it('is refused for a URL to which no notification may be sent', async () => {
    for (const url of ['http://10.0.0.1/', 'ftp://example.com/', 'http://[::ffff:169.254.169.254]/'])
      await expect(submit({ notification: { url } })).rejects.toThrow(
        /400 request\.invalid.*notification\.url/s,
      );
  });
});

describe('a schedule', () => {
  it('has a warning after its receiver responded with 410, until its notification is set again', async () => {
    statuses = [410];
    const url = `${address}/gone`;
    const { id } = await makeSchedule('Nightly', { notification: { url } });
    const job = await test.as('user').call('runSchedule', { params: { id } });
    await notices(job.id, 1);
    const off = await test.as('user').call('readSchedule', { params: { id } });
    expect(off.warning).toMatch(/was disabled: the receiver responded with 410/);
    expect(off.job?.notification?.off?.because).toContain('410');

    const again = await test.as('user').call('runSchedule', { params: { id } });
    await test.until(again.id, 'succeeded');
    const on = await test.as('user').call('editSchedule', {
      params: { id },
      body: {
        job: { notification: { url } },
      },
    });
    expect(on.job?.notification?.off).toBeUndefined();
    expect(on.warning).toBeUndefined();
    const third = await test.as('user').call('runSchedule', { params: { id } });
    const requests = await arrived('/gone', 2);
    expect(requests.map((request) => verified(request).data.job.id)).toEqual([job.id, third.id]);
  });

  it('is started by the notification of a job of another schedule, at the next depth of the chain', async () => {
    const second = await makeSchedule('Second', { notification: { url: `${address}/second` } });
    const { url } = await test.as('user').call('makeTrigger', { params: { id: second.id } });
    const first = await makeSchedule('First', { notification: { url } });
    const job = await test.as('user').call('runSchedule', { params: { id: first.id } });
    const [request] = (await arrived('/second')) as [Received];
    expect(verified(request).data).toMatchObject({
      chain: { depth: 1, origin: job.id },
      schedule: { id: second.id, name: 'Second' },
    });
    expect(await notices(job.id, 1)).toEqual([expect.stringContaining('received (202)')]);
  });

  it('has a trigger URL that starts one job for each message until it is revoked', async () => {
    const { id } = await makeSchedule('Triggered', {});
    const makeTrigger = () => test.as('user').call('makeTrigger', { params: { id } });
    const { url: former } = await makeTrigger();
    const { url } = await makeTrigger();
    expect(await post(former)).toMatchObject({ status: 404, body: { code: 'trigger.not-found' } });

    const started = await post(url, { 'webhook-id': 'msg_1' }, { anything: 'at all' });
    expect(started.status).toBe(202);
    expect(await post(url, { 'webhook-id': 'msg_1' })).toEqual(started);
    await test.until(String(started.body.jobId), 'succeeded');

    const chain = { depth: 10, origin: started.body.jobId };
    const tooDeep = await post(url, {}, { type: 'job.finished.v1', data: { chain } });
    expect(tooDeep).toMatchObject({ status: 422, body: { code: 'trigger.chain-too-deep' } });
    await test.as('user').call('editSchedule', { params: { id }, body: { active: false } });
    expect(await post(url)).toMatchObject({ status: 409, body: { code: 'trigger.schedule-paused' } });
    await test.as('user').call('revokeTrigger', { params: { id } });
    const revoked = await post(url);
    const { requestId: _, ...gone } = (await post(former)).body;
    expect(revoked).toMatchObject({ status: 404, body: gone });
  });
});

describe('a company', () => {
  it('sends a test notification', async () => {
    statuses = [204, 302];
    const send = (path: string) =>
      test.as('user').call('testNotification', { body: { url: `${address}${path}` } });
    expect(await send('/try')).toMatchObject({ received: true, status: 204 });
    expect(await send('/try')).toMatchObject({
      received: false,
      status: 302,
      reason: expect.stringContaining('redirects are not followed'),
    });
    const [request] = received as [Received];
    expect(verified(request)).toMatchObject({ type: 'notification.test.v1' });
  });

  it('rotates its secret while both secrets sign', async () => {
    const admin = test.as('admin');
    const fresh = await admin.call('makeWebhookSecret');
    await test.as('user').call('testNotification', { body: { url: `${address}/rotated` } });
    const [{ body, headers }] = received as [Received];
    for (const each of [secret, fresh.secret]) expect(new Webhook(each).verify(body, headers)).toBeDefined();
    const { items } = await admin.call('listWebhookSecrets');
    expect(items.map(({ validUntil }) => validUntil === undefined)).toEqual([true, false]);
    expect(JSON.stringify(items)).not.toContain('whsec_');
    const [current, previous] = items.map(({ id }) => id);
    await admin.call('endWebhookSecret', { params: { id: previous ?? '' } });
    await expect(admin.call('endWebhookSecret', { params: { id: current ?? '' } })).rejects.toThrow(/409/);
    ({ secret } = fresh);
  });

  it('sends mail to its members by their preferences', async () => {
    const preferences: BodyOf<'writeEmailPreferences'> = {
      completion: 'all',
      scope: 'company',
      types: ['upload'],
    };
    const saved = await test.as('viewer').call('writeEmailPreferences', { body: preferences });
    expect(saved).toEqual({ ...preferences, email: 'viewer@pressroom.test', available: true });
    expect(await test.as('viewer').call('readEmailPreferences')).toEqual(saved);
    const bytes = Buffer.from('body { color: red }');
    const { job } = await test.upload([{ name: 'site.css', type: 'text/css', bytes }]);
    await test.until(job.id, 'succeeded');
    await vi.waitFor(
      async () => {
        const about = (await mails()).filter((mail) => mail.includes(job.id));
        expect(about).toHaveLength(1);
        expect(about[0]).toMatch(/^To: viewer@pressroom\.test\r$/m);
      },
      { timeout: 10_000, interval: 200 },
    );
  });
});
