import { describe, expect, it } from 'vitest';
import type { NotificationMessage } from '../../../../domain/notifications/notification-message.ts';
import type { WebhookAttempts } from '../../../../domain/notifications/webhook-attempts.ts';
import { endedJob, endedJobId, now, publishJobId } from '../api-records.ts';
import { ask } from '../ask.ts';

const delivery = {
  jobName: 'Autumn',
  user: 'bea',
  submittedBy: 'ann',
  url: 'https://hooks.example.com/…',
  milliseconds: 7,
};
const last = '2026-11-24T08:29:31.000Z';

describe('GET /notifications/deliveries', () => {
  it.each([
    ['received', { made: 1, decision: 'delivered', delivery: { ...delivery, status: 204 } }, { status: 204 }],
    [
      'waiting',
      {
        made: 2,
        decision: 'retry',
        next: now,
        delivery: { ...delivery, status: 500, response: 'Out of order', because: 'It responded with 500' },
      },
      { next: now, status: 500, response: 'Out of order', reason: 'It responded with 500' },
    ],
    [
      'given-up',
      { made: 10, decision: 'given-up', delivery: { ...delivery, because: 'It took too long' } },
      { reason: 'It took too long' },
    ],
    ['ended', { made: 1, decision: 'disable', delivery: { ...delivery, status: 410 } }, { status: 410 }],
  ] as const)('shows one that is %s', async (state, attempts, expected) => {
    const item: WebhookAttempts = { last, ...attempts };
    const { body } = await ask(
      'user',
      { path: '/notifications/deliveries' },
      { listWebhookAttempts: async () => ({ items: [{ jobId: endedJobId, ...item }] }) },
    );
    expect(body).toEqual({
      items: [{ jobId: endedJobId, ...delivery, state, attempts: attempts.made, last, ...expected }],
    });
  });

  it('goes on after a page', async () => {
    const asked: unknown[] = [];
    const listWebhookAttempts = async (_: string, page: object) => {
      asked.push(page);
      return { items: [], next: endedJobId };
    };
    const path = '/notifications/deliveries';
    const { body } = await ask('user', { path, query: 'limit=5' }, { listWebhookAttempts });
    await ask('user', { path, query: `limit=5&cursor=${body.next}` }, { listWebhookAttempts });
    expect(asked).toEqual([{ limit: 5 }, { limit: 5, after: endedJobId }]);
  });
});

describe('POST /notifications/deliveries/{jobId}/send', () => {
  const send = (who: string, jobId: string, replacements: Parameters<typeof ask>[2] = {}) =>
    ask(who, { method: 'POST', path: `/notifications/deliveries/${jobId}/send` }, replacements);

  it('asks send-notification for another attempt', async () => {
    const sent: NotificationMessage[] = [];
    const response = await send('user', endedJobId, {
      sendNotification: async (message) => void sent.push(message),
    });
    expect(response).toMatchObject({ status: 202, body: { asked: now } });
    expect(sent).toEqual([{ kind: 'again', company: 'luma', jobId: endedJobId, asked: now }]);
  });

  it.each([
    ['a job that does not exist', 'admin', '01M868ZYSAAE2H8JTE1Z5727ZZ', {}, 404, 'job.not-found'],
    ['a job without a notification', 'admin', publishJobId, {}, 404, 'notification.delivery-not-found'],
    ['no id of a job', 'admin', 'x', {}, 400, 'request.invalid'],
    ['too many in a minute', 'admin', endedJobId, { countCall: async () => 30 }, 429, 'request.rate-limited'],
    [
      'a job of somebody else',
      'user',
      endedJobId,
      { getJob: async () => ({ ...endedJob, submittedBy: 'ann' }) },
      403,
      'access.role-too-low',
    ],
  ] as const)('refuses %s', async (_, who, jobId, replacements, status, code) => {
    const sent: NotificationMessage[] = [];
    const response = await send(who, jobId, {
      ...replacements,
      sendNotification: async (message) => void sent.push(message),
    });
    expect(response).toMatchObject({ status, body: { code } });
    expect(sent).toEqual([]);
  });
});
