/** Memberships in the job table: who may do what in a company. */
import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { type Role, roles } from '../../../domain/companies/role.ts';
import { memberKey } from '../keys.ts';

export interface MemberStore {
  /** @returns undefined for who is not a member, and where there is no such company */
  findRole(company: string, subject: string): Promise<Role | undefined>;
}

export function memberStore(documents: DynamoDBDocumentClient, tableName: string): MemberStore {
  return {
    async findRole(company, subject) {
      // Consistent: who has just been put out stays out.
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: memberKey(company, subject), ConsistentRead: true }),
      );
      return roles.find((role) => role === Item?.role);
    },
  };
}
