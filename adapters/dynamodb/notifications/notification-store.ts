/** How far the notification and the mails about a job are, in the job table. They go with the job. */
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { MailMoment } from '../../../domain/notifications/mail-recipients.ts';
import type { WebhookAttempts } from '../../../domain/notifications/webhook-attempts.ts';
import { jobTable, mailKey, webhookAttemptsKey } from '../keys.ts';
import { isConditionFailure } from '../table/condition-failure.ts';
import { expiryOf } from '../table/expiry.ts';

export interface NotificationStore {
  /** Strongly consistent: half a read unit. */
  getWebhookAttempts(company: string, jobId: string): Promise<WebhookAttempts | undefined>;
  /**
   * Records another try: one write unit.
   * @returns false if somebody else has recorded one since `tries.made - 1` were made
   */
  recordWebhookAttempt(company: string, jobId: string, attempts: WebhookAttempts): Promise<boolean>;
  /** @returns false if this member was mailed about this before: one write unit */
  claimMail(
    company: string,
    jobId: string,
    moment: MailMoment,
    subject: string,
    at: string,
  ): Promise<boolean>;
  /** Takes the claim back: the mail was not sent. */
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
      if (Item === undefined) return undefined;
      const { pk, sk, [jobTable.timeToLive]: _, ...tries } = Item;
      return tries as unknown as WebhookAttempts;
    },

    async recordWebhookAttempt(company, jobId, tries) {
      return puts({
        Item: {
          ...webhookAttemptsKey(company, jobId),
          ...tries,
          [jobTable.timeToLive]: expiryOf(tries.last),
        },
        ConditionExpression: tries.made === 1 ? 'attribute_not_exists(pk)' : 'made = :before',
        ...(tries.made > 1 && { ExpressionAttributeValues: { ':before': tries.made - 1 } }),
      });
    },

    async claimMail(company, jobId, moment, subject, at) {
      return puts({
        Item: { ...mailKey(company, jobId, moment, subject), at, [jobTable.timeToLive]: expiryOf(at) },
        ConditionExpression: 'attribute_not_exists(pk)',
      });
    },

    async releaseMail(company, jobId, moment, subject) {
      await documents.send(
        new DeleteCommand({ TableName: tableName, Key: mailKey(company, jobId, moment, subject) }),
      );
    },
  };

  async function puts(put: Omit<ConstructorParameters<typeof PutCommand>[0], 'TableName'>): Promise<boolean> {
    try {
      await documents.send(new PutCommand({ TableName: tableName, ...put }));
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  }
}
