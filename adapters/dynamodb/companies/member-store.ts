/** Memberships and their roles, in the job table. */
import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { type Role, roles } from '../../../domain/companies/role.ts';
import { memberKey } from '../keys.ts';

export interface MemberStore {
  /** @returns undefined if the subject is not a member or the company does not exist */
  findRole(company: string, subject: string): Promise<Role | undefined>;
}

export function memberStore(documents: DynamoDBDocumentClient, tableName: string): MemberStore {
  return {
    async findRole(company, subject) {
      // Consistent: a member who was just removed is refused at once.
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: memberKey(company, subject), ConsistentRead: true }),
      );
      return roles.find((role) => role === Item?.role);
    },
  };
}
