import { createHash } from 'node:crypto';
import type { SQSEvent } from 'aws-lambda';
import { Webhook } from 'standardwebhooks';
import { beforeEach, describe, expect, it } from 'vitest';
import { type CompanySettings, defaultSettings, serversOf } from '../../../domain/companies/settings.ts';
import {
  type FollowUp,
  type Job,
  type LogEntry,
  noCounts,
  type PublishJob,
  type UploadJob,
} from '../../../domain/jobs/job.ts';
import type { AttemptOutcome } from '../../../domain/notifications/attempt-decision.ts';
import { noEmail } from '../../../domain/notifications/email-preferences.ts';
import type { Mail } from '../../../domain/notifications/job-mail.ts';
import type { MailMember } from '../../../domain/notifications/mail-recipients.ts';
import type { NotificationMessage } from '../../../domain/notifications/notification-message.ts';
import type { WebhookAttempts } from '../../../domain/notifications/webhook-attempts.ts';
import { webhookSecret } from '../../../domain/notifications/webhook-secret.ts';
import {
  type SendNotificationDependencies,
  sendNotification,
} from '../../../functions/send-notification/send-notification.ts';
import { publishJob, uploadJob } from '../../domain/notifications/jobs.ts';

const url = 'https://hooks.example.com/a?token=1';
const secrets = [1, 2].map((fill) => webhookSecret(new Uint8Array(32).fill(fill)));
const job: PublishJob = { ...publishJob, notification: { url, onlyIfPublished: false } };
const ended = { kind: 'ended', company: job.company, jobId: job.id } as const;
const answered = (status: number): AttemptOutcome => ({
  outcome: 'responded',
  status,
  body: '',
  truncated: false,
});

interface Sent {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

let jobs: Map<string, Job>;
let tries: WebhookAttempts | undefined;
let outcome: AttemptOutcome;
let requests: Sent[];
let queued: { message: NotificationMessage; delay: number }[];
let notices: Map<string, LogEntry>;
let disabled: unknown[];
let mails: { to: string; mail: Mail }[];
let mailed: Set<string>;
let members: MailMember[];
let now: number;
let settings: CompanySettings;
let dependencies: SendNotificationDependencies;

beforeEach(() => {
  jobs = new Map<string, Job>([[job.id, job]]);
  tries = undefined;
  outcome = answered(204);
  requests = [];
  queued = [];
  notices = new Map();
  disabled = [];
  mails = [];
  mailed = new Set();
  members = [];
  settings = defaultSettings;
  // The library's check of the time is not tested here.
  now = Date.now();
  dependencies = {
    getJob: async (_, id) => jobs.get(id),
    getWebhookAttempts: async () => tries,
    recordWebhookAttempt: async (_, __, made) => {
      tries = made;
      return true;
    },
    disableNotification: async (...off) => {
      disabled.push(off);
    },
    writeNotice: async (_, __, name, line) => {
      notices.set(name, line);
    },
    sendNotification: async (message, delay = 0) => {
      queued.push({ message, delay });
    },
    signingSecrets: async () => secrets,
    send: async (request) => {
      requests.push(request);
      return outcome;
    },
    listMailMembers: async () => members,
    claimMail: async (_, __, moment, subject) => {
      const isNew = !mailed.has(moment + subject);
      mailed.add(moment + subject);
      return isNew;
    },
    releaseMail: async (_, __, moment, subject) => {
      mailed.delete(moment + subject);
    },
    getSettings: async () => settings,
    submit: async (following) => {
      if (!jobs.has(following.id)) jobs.set(following.id, following);
      return {};
    },
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    mail: async (to, mail) => {
      mails.push({ to, mail });
      return undefined;
    },
    apiUrl: 'https://api.example.com',
    now: () => new Date(now).toISOString(),
    clock: () => 7,
    log: { warn: () => {}, error: () => {} },
  };
});

async function take(...messages: unknown[]): Promise<string[]> {
  const event = {
    Records: messages.map((message, index) => ({
      messageId: `m${index}`,
      body: JSON.stringify(message),
    })),
  } as unknown as SQSEvent;
  const { batchItemFailures } = await sendNotification(event, dependencies);
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}

describe('The notification of a job that has ended', () => {
  it('is sent once, signed with every valid secret, and logged', async () => {
    expect(await take(ended)).toEqual([]);
    expect(await take(ended)).toEqual([]);
    expect(requests).toHaveLength(1);
    const [{ headers, body, url: to }] = requests as [Sent];
    expect(to).toBe(url);
    for (const secret of secrets)
      expect(new Webhook(secret).verify(body, headers)).toMatchObject({ type: 'job.finished.v1' });
    expect(headers['webhook-id']).toBe(`msg_${job.id}`);
    expect(JSON.parse(body)).toMatchObject({
      data: { job: { id: job.id }, result: job.status, chain: { depth: 0, origin: job.id } },
    });
    expect([...notices]).toEqual([
      [
        'webhook-01',
        {
          time: new Date(now).toISOString(),
          outcome: 'notice',
          message: 'Notification to hooks.example.com, attempt 1 of 10: received (204). It took 0 ms.',
        },
      ],
    ]);
    expect(queued).toEqual([]);
  });

  it.each([
    ['a job with none', { ...job, notification: undefined }],
    ['a job that notifies only if it published something', only(0)],
    ['a job whose schedule’s notification was disabled', off()],
    ['an upload without one', { ...uploadJob, id: job.id }],
    ['a job that has not ended', { ...job, status: 'running' as const }],
  ])('is not sent for %s', async (_, other) => {
    jobs.set(job.id, other as Job);
    await take(ended);
    expect(requests).toEqual([]);
    expect(tries).toBeUndefined();
  });

  it('contains the chain of the job, and the schedule that created it', async () => {
    const chain = { depth: 3, origin: '01JDF7Q0000000000000000009' };
    jobs.set(job.id, { ...job, chain, schedule: { id: 'S', name: 'Nightly', due: job.submitted } });
    await take(ended);
    expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({
      data: { chain, schedule: { id: 'S', name: 'Nightly' } },
    });
  });

  it('is retried at the times of the standard until the tenth attempt, with queue delays of 15 minutes', async () => {
    outcome = answered(503);
    const begun = now;
    await take(ended);
    let hops = 0;
    while (queued.length > 0) {
      const [{ message, delay }] = queued.splice(0) as [(typeof queued)[number]];
      expect(delay).toBeLessThanOrEqual(900);
      now += delay * 1_000;
      hops += 1;
      await take(message);
    }
    expect(requests).toHaveLength(10);
    expect(new Set(requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(tries).toMatchObject({ made: 10, decision: 'given-up' });
    expect((now - begun) / 3_600_000).toBeCloseTo(75.6, 1);
    expect(hops).toBeLessThan(310);
    expect([...notices.keys()].at(-1)).toBe('webhook-10');
    expect(notices.get('webhook-02')?.message).toContain('attempt 2 of 10: the receiver responded with 503');
    expect(notices.get('webhook-10')?.message).toContain('There is no further attempt.');
  });

  it('ignores a message for an attempt that was already made', async () => {
    outcome = answered(500);
    await take(ended);
    const [first] = queued;
    now += 5_000;
    outcome = answered(200);
    await take(first?.message, first?.message);
    await take(first?.message);
    expect(tries).toMatchObject({ decision: 'delivered', made: 2 });
    expect(requests.length).toBeLessThanOrEqual(3);
  });

  it('repeats an attempt that could not be recorded', async () => {
    dependencies = {
      ...dependencies,
      recordWebhookAttempt: async () => {
        throw new Error('The table is away');
      },
    };
    outcome = answered(500);
    expect(await take(ended)).toEqual(['m0']);
    expect(queued).toHaveLength(1);
    // A message that was queued before the crash is ignored.
    now += 5_000;
    expect(await take(queued[0]?.message)).toEqual([]);
    expect(requests).toHaveLength(1);
  });

  it('is sent again when a member asks for it, once for each request', async () => {
    await take(ended);
    now += 60_000;
    const again = { kind: 'again', company: job.company, jobId: job.id, asked: new Date(now).toISOString() };
    await take(again);
    now += 1_000;
    await take(again);
    expect(requests).toHaveLength(2);
    expect(requests[1]?.headers['webhook-id']).toBe(requests[0]?.headers['webhook-id']);
    expect(tries).toMatchObject({
      decision: 'delivered',
      made: 2,
      delivery: { status: 204, jobName: job.name },
    });
    expect([...notices.keys()]).toEqual(['webhook-01', 'webhook-02']);
  });

  it('replaces the attempt that was planned when a member asks for one before', async () => {
    outcome = answered(500);
    await take(ended);
    const [planned] = queued;
    now += 1_000;
    outcome = answered(200);
    await take({ kind: 'again', company: job.company, jobId: job.id, asked: new Date(now).toISOString() });
    now += 4_000;
    await take(planned?.message);
    expect(requests).toHaveLength(2);
    expect(tries).toMatchObject({ decision: 'delivered', made: 2 });
  });

  it('can be sent again after the tenth attempt, and then tries only once', async () => {
    const last = new Date(now - 1_000).toISOString();
    const delivery = { jobName: job.name, url, milliseconds: 1 };
    tries = { made: 10, last, decision: 'given-up', delivery };
    outcome = answered(500);
    await take({ kind: 'again', company: job.company, jobId: job.id, asked: new Date(now).toISOString() });
    expect(queued).toEqual([]);
    expect(tries).toMatchObject({ decision: 'given-up', made: 11 });
    expect(notices.get('webhook-11')?.message).toMatch(/, attempt 11: .* There is no further attempt\./);
  });

  it('is disabled by a 410, also on the schedule', async () => {
    jobs.set(job.id, { ...job, schedule: { id: 'S', name: 'Nightly', due: job.submitted } });
    outcome = answered(410);
    await take(ended);
    await take(ended);
    expect(requests).toHaveLength(1);
    expect(queued).toEqual([]);
    expect(disabled).toEqual([
      [
        { company: 'luma', id: 'S' },
        url,
        { at: new Date(now).toISOString(), because: expect.stringContaining('410') },
        expect.stringMatching(
          /^HTTP notification to hooks\.example\.com was disabled: .*set the notification again/,
        ),
      ],
    ]);
    expect(notices.get('webhook-01')?.message).toContain(
      "To enable them again, set the notification's URL again.",
    );
  });

  it('shows only the host of its URL in the log', async () => {
    await take(ended);
    expect(JSON.stringify([...notices])).not.toContain('token');
  });
});

describe('Mail about a job', () => {
  const ann: MailMember = { subject: 'ann', email: 'ann@example.com' };
  const bob: MailMember = {
    subject: 'bob',
    email: 'bob@example.com',
    preferences: { ...noEmail, completion: 'all', scope: 'company' },
  };

  it('is sent once to every member who asked for it', async () => {
    jobs.set(job.id, { ...job, email: 'all' });
    members = [ann, bob];
    await take({ ...ended, kind: 'begun' });
    await take(ended);
    await take(ended);
    expect(mails.map(({ to, mail }) => `${to} ${mail.subject}`)).toEqual([
      'ann@example.com Nightly 2026-11-24 09:00:00: has begun',
      'ann@example.com Nightly 2026-11-24 09:00:00: has completed with errors',
      'bob@example.com Nightly 2026-11-24 09:00:00: has completed with errors',
    ]);
    expect(notices.get('mail-begin')?.message).toBe('Mail about the begin of this job: sent to 1 member.');
    expect(notices.get('mail-end')?.message).toBe('Mail about the end of this job: sent to 2 members.');
  });

  it('is sent about uploads to members who prefer that', async () => {
    jobs.set(uploadJob.id, uploadJob);
    members = [ann, bob];
    await take({ ...ended, jobId: uploadJob.id });
    expect(mails.map(({ to }) => to)).toEqual(['bob@example.com']);
  });

  it('is retried if SES is busy, and no member gets it twice', async () => {
    members = [{ ...ann, ...(bob.preferences && { preferences: bob.preferences }) }, bob];
    const { mail } = dependencies;
    dependencies = {
      ...dependencies,
      mail: async (to, text) => {
        if (to.startsWith('bob')) throw new Error('Throttled');
        return mail?.(to, text);
      },
    };
    expect(await take(ended)).toEqual(['m0']);
    dependencies = { ...dependencies, mail };
    expect(await take(ended)).toEqual([]);
    expect(mails.map(({ to }) => to)).toEqual(['ann@example.com', 'bob@example.com']);
    expect(requests).toHaveLength(1);
  });

  it('is logged and not retried if SES refuses it for good', async () => {
    jobs.set(job.id, { ...job, email: 'completion' });
    members = [ann];
    dependencies = { ...dependencies, mail: async () => 'Email address is not verified' };
    expect(await take(ended)).toEqual([]);
    expect(notices.get('mail-end')?.message).toBe(
      'Mail about the end of this job: sent to 0 members. The mail service refused 1.',
    );
  });

  it('is noted as missing in the log if the owner has no address', async () => {
    jobs.set(job.id, { ...job, email: 'completion' });
    members = [{ subject: 'ann' }];
    await take(ended);
    expect(notices.get('mail-end')?.message).toMatch(/the owner of the job has no known address/);
  });

  it('causes no reads if the installation sends none', async () => {
    dependencies = {
      ...dependencies,
      mail: undefined,
      listMailMembers: async () => {
        throw new Error('not needed');
      },
    };
    expect(await take(ended, { ...ended, kind: 'begun' })).toEqual([]);
  });
});

describe('An upload that has ended', () => {
  const upload = { kind: 'ended', company: 'luma', jobId: uploadJob.id } as const;
  const followWith: FollowUp = { publish: 'full', onlyIfFiles: true, email: 'errors' };
  const end = (changes: Partial<UploadJob>) => jobs.set(uploadJob.id, { ...uploadJob, ...changes });
  const followers = () => [...jobs.values()].filter(({ id }) => id !== uploadJob.id && id !== job.id);

  it('is notified like a publish job, with a notice in its log', async () => {
    end({ notification: { url, onlyIfPublished: false } });
    await take(upload);
    expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({
      type: 'job.finished.v1',
      data: { job: { kind: 'upload', name: uploadJob.name }, counts: { done: 1 } },
    });
    expect(notices.get('webhook-01')?.message).toContain('hooks.example.com');
  });

  it('is mailed to its owner by its setting, with a notice in its log', async () => {
    members = [{ subject: 'ann', email: 'ann@example.com', preferences: noEmail }];
    end({ email: 'all' });
    await take({ ...upload, kind: 'begun' });
    await take(upload);
    expect(mails.map(({ mail }) => mail.subject)).toEqual([
      `${uploadJob.name}: has begun`,
      `${uploadJob.name}: has succeeded`,
    ]);
    expect([...notices.keys()]).toEqual(['mail-begin', 'mail-end']);
  });

  it('is followed by one publish job, however often its end is notified', async () => {
    end({ followWith });
    expect(await take(upload, upload)).toEqual([]);
    await take(upload);
    expect(followers()).toEqual([
      {
        kind: 'publish',
        company: 'luma',
        id: expect.stringMatching(/^01[0-9A-HJKMNP-TV-Z]{24}$/),
        givenName: 'Pub_Autumn',
        name: expect.stringMatching(/^Pub_Autumn 20/),
        status: 'queued',
        counts: noCounts,
        submitted: expect.any(String),
        submittedBy: 'ann',
        publish: 'full',
        servers: serversOf(defaultSettings),
        email: 'errors',
        follows: uploadJob.id,
        chain: { depth: 1, origin: uploadJob.id },
        executionNumber: 1,
      },
    ]);
    expect(notices.get('follow-up')?.message).toMatch(
      /^The publish job "Pub_Autumn .*" \(01\w+\) follows this upload\.$/,
    );
  });

  const nothing = { ...noCounts, total: 1, skipped: 1 };
  it.each<[string, Partial<UploadJob>, number]>([
    ['that recorded nothing', { counts: nothing }, 0],
    [
      'that recorded nothing, if that does not matter',
      { counts: nothing, followWith: { ...followWith, onlyIfFiles: false } },
      1,
    ],
    ['with errors', { status: 'completed-with-errors' }, 1],
    ['that was stopped', { status: 'stopped' }, 0],
  ])('%s is followed by %o jobs', async (_, changes, count) => {
    end({ followWith, ...changes });
    await take(upload);
    expect(followers()).toHaveLength(count);
  });

  it.each<[string, Partial<UploadJob>, string]>([
    ['whose chain is too deep', { chain: { depth: 10, origin: job.id } }, 'maximum depth of 10'],
    [
      'whose server was disabled since',
      { followWith: { ...followWith, servers: ['server-directory'] } },
      'is not enabled',
    ],
  ])('%s is followed by no job, and its log says why', async (_, changes, reason) => {
    end({ followWith, ...changes });
    expect(await take(upload)).toEqual([]);
    expect(followers()).toEqual([]);
    expect(notices.get('follow-up')?.message).toContain(reason);
  });

  it('is followed by its job at the next delivery if the first one failed', async () => {
    end({ followWith });
    const { submit } = dependencies;
    dependencies = { ...dependencies, submit: () => Promise.reject(new Error('busy')) };
    expect(await take(upload)).toEqual(['m0']);
    dependencies = { ...dependencies, submit };
    expect(await take(upload)).toEqual([]);
    expect(followers()).toHaveLength(1);
  });
});

describe('The queue', () => {
  it('keeps only messages that cannot be read', async () => {
    expect(await take({ kind: 'else' }, ended, { ...ended, jobId: 'gone' })).toEqual(['m0']);
    expect(requests).toHaveLength(1);
  });

  it('gets a message back that is not due yet, without any read', async () => {
    dependencies = {
      ...dependencies,
      getJob: async () => {
        throw new Error('not needed');
      },
    };
    const due = new Date(now + 10_000_000).toISOString();
    const message = { ...ended, kind: 'attempt', due } as const;
    expect(await take(message)).toEqual([]);
    expect(queued).toEqual([{ message, delay: 900 }]);
  });
});

function only(done: number): PublishJob {
  return { ...job, counts: { ...job.counts, done }, notification: { url, onlyIfPublished: true } };
}

function off(): PublishJob {
  return { ...job, notification: { url, onlyIfPublished: false, off: { at: job.ended ?? '', because: '' } } };
}
