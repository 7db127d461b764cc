/** The state of the notification and the mails about a job, in the job table. It expires with the job. */
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import type { MailMoment } from '../../../domain/notifications/mail-recipients.ts';
import type { WebhookAttempts } from '../../../domain/notifications/webhook-attempts.ts';
import { jobTable, mailKey, webhookAttemptsKey } from '../keys.ts';
import { conditionOf, isNew } from '../table/condition.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import { expiryOf } from '../table/expiry.ts';

export interface NotificationStore {
  /** Strongly consistent: half a read unit. */
  getWebhookAttempts(company: string, jobId: string): Promise<WebhookAttempts | undefined>;
  /**
   * Records another attempt: one write unit.
   * @returns false if another caller has recorded one since `attempts.made - 1` were made
   */
  recordWebhookAttempt(company: string, jobId: string, attempts: WebhookAttempts): Promise<boolean>;
  /**
   * The attempts about jobs, those submitted last first. Strongly consistent: a read unit for 4 kB, about 6 of them.
   * @param page.after a job
   */
  listWebhookAttempts(
    company: string,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<{ items: (WebhookAttempts & { readonly jobId: string })[]; next?: string }>;
  /** One write unit. @returns false if this member was already mailed about this */
  claimMail(
    company: string,
    jobId: string,
    moment: MailMoment,
    subject: string,
    at: string,
  ): Promise<boolean>;
  /** Removes the claim, because the mail was not sent. */
  releaseMail(company: string, jobId: string, moment: MailMoment, subject: string): Promise<void>;
}

export function notificationStore(documents: DynamoDBDocumentClient, tableName: string): NotificationStore {
  return {
    async getWebhookAttempts(company, jobId) {
      const { Item } = await documents.send(
        new GetCommand({
          TableName: tableName,
          Key: webhookAttemptsKey(company, jobId),
          ConsistentRead: true,
        }),
      );
      return Item && attemptsOf(Item);
    },

    async listWebhookAttempts(company, { limit, after }) {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': webhookAttemptsKey(company, '').pk },
          ConsistentRead: true,
          ScanIndexForward: false,
          Limit: limit,
          ...(after === undefined ? {} : { ExclusiveStartKey: webhookAttemptsKey(company, after) }),
        }),
      );
      return {
        items: Items.map((item) => ({ ...attemptsOf(item), jobId: String(item.sk) })),
        ...(LastEvaluatedKey && { next: String(LastEvaluatedKey.sk) }),
      };
    },

    async recordWebhookAttempt(company, jobId, attempts) {
      const put = {
        TableName: tableName,
        Item: {
          ...webhookAttemptsKey(company, jobId),
          ...attempts,
          [jobTable.timeToLive]: expiryOf(attempts.last),
        },
        ...(attempts.made === 1 ? isNew : conditionOf({ made: attempts.made - 1 })),
      };
      return conditionHeld(() => documents.send(new PutCommand(put)));
    },

    async claimMail(company, jobId, moment, subject, at) {
      const put = {
        TableName: tableName,
        Item: { ...mailKey(company, jobId, moment, subject), at, [jobTable.timeToLive]: expiryOf(at) },
        ...isNew,
      };
      return conditionHeld(() => documents.send(new PutCommand(put)));
    },

    async releaseMail(company, jobId, moment, subject) {
      await documents.send(
        new DeleteCommand({ TableName: tableName, Key: mailKey(company, jobId, moment, subject) }),
      );
    },
  };
}

function attemptsOf({
  pk,
  sk,
  [jobTable.timeToLive]: _,
  ...attempts
}: Record<string, unknown>): WebhookAttempts {
  return attempts as unknown as WebhookAttempts;
}
