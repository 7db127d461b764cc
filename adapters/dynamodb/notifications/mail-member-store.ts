/** The addresses and preferences of members, kept with their memberships: who is put out gets no mail. */
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { EmailPreferences } from '../../../domain/notifications/email-preferences.ts';
import type { MailMember } from '../../../domain/notifications/mail-recipients.ts';
import { memberKey } from '../keys.ts';
import { isConditionFailure } from '../table/condition-failure.ts';
import { queryPages } from '../table/query-pages.ts';

export interface MailMemberStore {
  /** All members of a company, page by page: a read unit for each 8 kB, some 30 members. */
  listMailMembers(company: string): Promise<MailMember[]>;
  getMailMember(company: string, subject: string): Promise<MailMember | undefined>;
  /**
   * Keeps the address of a member, and their preferences where these are given.
   * @returns false if there is no such member
   */
  saveMailMember(company: string, member: MailMember): Promise<boolean>;
}

export function mailMemberStore(documents: DynamoDBDocumentClient, tableName: string): MailMemberStore {
  return {
    async listMailMembers(company) {
      const { pk, sk } = memberKey(company, '');
      const members: MailMember[] = [];
      const pages = queryPages(documents, {
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :member)',
        ExpressionAttributeValues: { ':pk': pk, ':member': sk },
      });
      for await (const items of pages) members.push(...items.map((item) => memberOf(item, sk)));
      return members;
    },

    async getMailMember(company, subject) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: memberKey(company, subject), ConsistentRead: true }),
      );
      return Item && memberOf(Item, memberKey(company, '').sk);
    },

    async saveMailMember(company, { subject, email, preferences }) {
      const kept = Object.entries({ email, emailPreferences: preferences }).filter(
        ([, value]) => value !== undefined,
      );
      try {
        await documents.send(
          new UpdateCommand({
            TableName: tableName,
            Key: memberKey(company, subject),
            UpdateExpression: `SET ${kept.map(([name]) => `${name} = :${name}`).join(', ')}`,
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeValues: Object.fromEntries(kept.map(([name, value]) => [`:${name}`, value])),
          }),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },
  };
}

function memberOf(item: Record<string, unknown>, prefix: string): MailMember {
  return {
    subject: String(item.sk).slice(prefix.length),
    ...(typeof item.email === 'string' && { email: item.email }),
    ...(item.emailPreferences !== undefined && {
      preferences: item.emailPreferences as EmailPreferences,
    }),
  };
}
