/** What is kept to tell of jobs, on a table of its own: all these items have the same two keys. */
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { memberStore } from '../../../adapters/dynamodb/companies/member-store.ts';
import { rateLimitStore } from '../../../adapters/dynamodb/companies/rate-limit-store.ts';
import {
  mailKey,
  memberKey,
  rateLimitKey,
  scheduleKey,
  triggerMessageKey,
  webhookAttemptsKey,
} from '../../../adapters/dynamodb/keys.ts';
import { mailMemberStore } from '../../../adapters/dynamodb/notifications/mail-member-store.ts';
import { notificationStore } from '../../../adapters/dynamodb/notifications/notification-store.ts';
import { webhookSecretStore } from '../../../adapters/dynamodb/notifications/webhook-secret-store.ts';
import { scheduleNotificationStore } from '../../../adapters/dynamodb/schedules/schedule-notification-store.ts';
import { scheduleStore } from '../../../adapters/dynamodb/schedules/schedule-store.ts';
import { triggerStore } from '../../../adapters/dynamodb/schedules/trigger-store.ts';
import { noEmail } from '../../../domain/notifications/email-preferences.ts';
import type { WebhookAttempts } from '../../../domain/notifications/webhook-attempts.ts';
import type { Schedule } from '../../../domain/schedules/schedule.ts';
import type { StoreTable } from '../store-table.ts';

/** What is kept about the notifications of jobs, and their triggers, secrets and limits. */
export function describeNotificationRecords(open: () => StoreTable): void {
  const at = '2026-11-24T08:30:00.000Z';
  const second = (seconds: number) => new Date(Date.parse(at) + seconds * 1_000).toISOString();

  let table: StoreTable;

  beforeAll(() => {
    table = open();
  });

  const item = async (Key: { pk: string; sk: string }) =>
    (await table.documents.send(new GetCommand({ TableName: table.assets, Key, ConsistentRead: true }))).Item;

  describe('The tries of a notification', () => {
    const delivery = { jobName: 'Autumn', url: 'https://hooks.example.com/…', milliseconds: 7, status: 500 };
    const attempts = (made: number): WebhookAttempts => ({
      delivery,
      made,
      last: at,
      decision: 'retry',
      next: second(5),
    });

    it('are kept one after the other, each once', async () => {
      const records = notificationStore(table.documents, table.assets);
      expect(await records.getWebhookAttempts('luma', 'J1')).toBeUndefined();
      expect(await records.recordWebhookAttempt('luma', 'J1', attempts(2))).toBe(false);
      expect(await records.recordWebhookAttempt('luma', 'J1', attempts(1))).toBe(true);
      expect(await records.recordWebhookAttempt('luma', 'J1', attempts(1))).toBe(false);
      expect(
        await records.recordWebhookAttempt('luma', 'J1', {
          made: 2,
          last: at,
          decision: 'delivered',
          delivery,
        }),
      ).toBe(true);
      expect(await records.getWebhookAttempts('luma', 'J1')).toEqual({
        made: 2,
        last: at,
        decision: 'delivered',
        delivery,
      });
      expect((await item(webhookAttemptsKey('luma', 'J1')))?.expires).toBeGreaterThan(Date.parse(at) / 1_000);
    });

    it('are listed by company, the newest job first, in pages', async () => {
      const records = notificationStore(table.documents, table.assets);
      for (const id of ['J1', 'J2', 'J3']) await records.recordWebhookAttempt('lists', id, attempts(1));
      await records.recordWebhookAttempt('others', 'J9', attempts(1));
      const first = await records.listWebhookAttempts('lists', { limit: 2 });
      expect(first).toEqual({
        items: ['J3', 'J2'].map((jobId) => ({ jobId, ...attempts(1) })),
        next: 'J2',
      });
      const second = await records.listWebhookAttempts('lists', { limit: 2, after: first.next });
      expect(second).toEqual({ items: [{ jobId: 'J1', ...attempts(1) }] });
    });

    it('do not hinder mail, which is claimed once by each member and moment', async () => {
      const records = notificationStore(table.documents, table.assets);
      const claim = (moment: 'begin' | 'end', subject: string) =>
        records.claimMail('luma', 'J1', moment, subject, at);
      expect(await claim('end', 'ann')).toBe(true);
      expect(await claim('end', 'ann')).toBe(false);
      expect(await claim('end', 'bob')).toBe(true);
      expect(await claim('begin', 'ann')).toBe(true);
      await records.releaseMail('luma', 'J1', 'end', 'ann');
      expect(await claim('end', 'ann')).toBe(true);
      expect((await item(mailKey('luma', 'J1', 'end', 'bob')))?.at).toBe(at);
    });
  });

  describe('Secrets', () => {
    it('are changed by who has seen them as they are, and by nobody else', async () => {
      const records = webhookSecretStore(table.documents, table.assets);
      const [a, b] = ['a', 'b'].map((id) => ({ id, secret: `whsec_${id}`, created: at }));
      if (!a || !b) throw new Error('unreachable');
      expect(await records.readSecrets('luma')).toEqual([]);
      expect(await records.changeSecrets('luma', [b], [a])).toBe(false);
      expect(await records.changeSecrets('luma', [], [a])).toBe(true);
      expect(await records.changeSecrets('luma', [], [b])).toBe(false);
      const two = [b, { ...a, validUntil: second(1) }];
      expect(await records.changeSecrets('luma', [a], two)).toBe(true);
      expect(await records.changeSecrets('luma', [a], [b])).toBe(false);
      expect(await records.readSecrets('luma')).toEqual(two);
      expect(await records.readSecrets('other')).toEqual([]);
    });
  });

  describe('A limit of calls', () => {
    it('lets so many through in each window, and says when the next one begins', async () => {
      const { countCall } = rateLimitStore(table.documents, table.assets);
      const limit = { calls: 2, windowSeconds: 60 };
      const call = (seconds: number, what = 'test#luma') => countCall(what, limit, second(seconds));
      expect([await call(0), await call(10), await call(20)]).toEqual([undefined, undefined, 40]);
      expect(await call(59.5)).toBe(1);
      expect(await call(20, 'test#other')).toBeUndefined();
      expect(await call(60)).toBeUndefined();
      expect(await item(rateLimitKey('test#luma', at))).toMatchObject({
        calls: 2,
        expires: Date.parse(second(120)) / 1_000,
      });
    });
  });

  describe('A trigger', () => {
    const schedule = {
      company: 'luma',
      id: 'S1',
      job: { publish: 'new', notification: { url: 'https://a.example.com/1', onlyIfPublished: false } },
      version: 3,
    };
    const put = (more: object = {}) =>
      table.documents.send(
        new PutCommand({
          TableName: table.assets,
          Item: { ...scheduleKey('luma', 'S1'), ...schedule, ...more },
        }),
      );
    const seen = (triggerTokenHash?: string) => ({
      company: 'luma',
      id: 'S1',
      ...(triggerTokenHash !== undefined && { triggerTokenHash }),
    });

    it('is one at a time, and belongs to a schedule that is there', async () => {
      const records = triggerStore(table.documents, table.assets);
      const { getSchedule } = scheduleStore(table.documents, table.assets);
      expect(await records.changeTrigger(seen(), 'h1', at)).toBe(false);
      expect(await records.findTrigger('h1')).toBeUndefined();
      await put();
      expect(await records.changeTrigger(seen(), 'h1', at)).toBe(true);
      expect(await records.findTrigger('h1')).toEqual({ company: 'luma', scheduleId: 'S1' });
      expect((await getSchedule('luma', 'S1'))?.triggerTokenHash).toBe('h1');
      expect(await records.changeTrigger(seen(), 'h2', at)).toBe(false);
      expect(await records.changeTrigger(seen('h1'), 'h2', at)).toBe(true);
      expect(await records.findTrigger('h1')).toBeUndefined();
      expect(await records.changeTrigger(seen('h2'), undefined, at)).toBe(true);
      expect(await records.findTrigger('h2')).toBeUndefined();
      expect((await getSchedule('luma', 'S1')) as Schedule).not.toHaveProperty('triggerTokenHash');
      expect(await records.changeTrigger(seen(), undefined, at)).toBe(true);
    });

    it('keeps the job that a message has started first, for as long as the message may come again', async () => {
      const records = triggerStore(table.documents, table.assets);
      expect(await records.findStarted('h3', 'm1')).toBeUndefined();
      expect(await records.claimStartedJob('h3', 'm1', 'J1', at)).toBe('J1');
      expect(await records.claimStartedJob('h3', 'm1', 'J2', at)).toBe('J1');
      expect(await records.claimStartedJob('h3', 'm2', 'J3', at)).toBe('J3');
      expect(await records.findStarted('h3', 'm1')).toBe('J1');
      const { expires } = (await item(triggerMessageKey('h3', 'm1'))) ?? {};
      expect(expires - Date.parse(at) / 1_000).toBe(7 * 86_400);
    });

    it('leaves what a receiver that wants no more turns off: the URL that it has, once', async () => {
      const { disableNotification } = scheduleNotificationStore(table.documents, table.assets);
      const { getSchedule } = scheduleStore(table.documents, table.assets);
      const off = { at, because: 'the receiver responded with 410' };
      const disable = (url: string, warning = 'Off') => disableNotification(seen(), url, off, warning);
      await put();
      await disable('https://other.example.com/');
      expect(await getSchedule('luma', 'S1')).toEqual(schedule);
      await disable('https://a.example.com/1');
      await disable('https://a.example.com/1', 'Again');
      expect(await getSchedule('luma', 'S1')).toEqual({
        ...schedule,
        job: { ...schedule.job, notification: { ...schedule.job.notification, off } },
        warning: 'Off',
        version: 4,
      });
      await put({ job: { publish: 'new' } });
      await disable('https://a.example.com/1');
      await disableNotification({ company: 'luma', id: 'gone' }, 'https://a.example.com/1', off, 'Off');
      expect(await item(scheduleKey('luma', 'gone'))).toBeUndefined();
    });
  });

  describe('Members', () => {
    const ann = { subject: 'ann', email: 'ann@example.com' };

    it('have their address and preferences beside their role, and nobody else has any', async () => {
      const { findRole } = memberStore(table.documents, table.assets);
      const members = mailMemberStore(table.documents, table.assets);
      for (const subject of ['ann', 'bob'])
        await table.documents.send(
          new PutCommand({ TableName: table.assets, Item: { ...memberKey('luma', subject), role: 'user' } }),
        );
      expect(await members.saveMailMember('luma', { ...ann, preferences: noEmail })).toBe(true);
      expect(await members.saveMailMember('luma', { ...ann, email: 'ann@new.example.com' })).toBe(true);
      expect(await members.saveMailMember('luma', { ...ann, subject: 'stranger' })).toBe(false);
      const kept = { subject: 'ann', email: 'ann@new.example.com', preferences: noEmail };
      expect(await members.getMailMember('luma', 'ann')).toEqual(kept);
      expect(await members.getMailMember('luma', 'stranger')).toBeUndefined();
      expect(await members.listMailMembers('luma')).toEqual([kept, { subject: 'bob' }]);
      expect(await members.listMailMembers('other')).toEqual([]);
      expect(await findRole('luma', 'ann')).toBe('user');
    });
  });
}
