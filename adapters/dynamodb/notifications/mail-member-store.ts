/** The addresses and preferences of members, stored with their memberships: a removed member gets no mail. */
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { EmailPreferences } from '../../../domain/notifications/email-preferences.ts';
import type { MailMember } from '../../../domain/notifications/mail-recipients.ts';
import { memberKey } from '../keys.ts';
import { present } from '../table/condition.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import { queryPages } from '../table/query-pages.ts';
import { updateOf } from '../table/update-of.ts';

export interface MailMemberStore {
  /** All members of a company: a read unit for each 8 kB, about 30 members. */
  listMailMembers(company: string): Promise<MailMember[]>;
  getMailMember(company: string, subject: string): Promise<MailMember | undefined>;
  /**
   * Stores the address of a member, and their preferences if given.
   * @returns false if the subject is not a member
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
      const update = updateOf(tableName, {
        key: memberKey(company, subject),
        set: { email, emailPreferences: preferences },
        when: { pk: present },
      });
      return conditionHeld(() => documents.send(new UpdateCommand(update)));
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
