/** Memberships and their roles, in the job table. */
import {
  type DynamoDBDocumentClient,
  GetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { type Member, memberKinds } from '../../../domain/companies/member.ts';
import { type Role, roles } from '../../../domain/companies/role.ts';
import type { TrustRule } from '../../../domain/companies/trust-rule.ts';
import { companyListKey, memberKey, membershipKey } from '../keys.ts';
import { conditionOf, isNew, present } from '../table/condition.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import { queryPages } from '../table/query-pages.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';
import { updateOf } from '../table/update-of.ts';

export interface MemberStore {
  /** @returns undefined if the subject is not a member or the company does not exist */
  findRole(company: string, subject: string): Promise<Role | undefined>;
  /** Strongly consistent: half a read unit. @returns undefined in the same cases as `findRole` */
  findMember(company: string, subject: string): Promise<Member | undefined>;
  /** All members of a company, strongly consistent: a read unit for each 4 kB, about 15 members. */
  listMembers(company: string): Promise<Member[]>;
  /** The names of the companies of which the subject is a member, strongly consistent. */
  listCompaniesOf(subject: string): Promise<string[]>;
  /** The names of all companies that were made by `addMember`. */
  listCompanies(): Promise<string[]>;
  /** Adds a member, and the company if it is its first one. @returns false if the subject is a member already */
  addMember(member: Member): Promise<boolean>;
  /**
   * Gives a member another role.
   * @param change.from the role for which the change was decided
   * @param remaining subject of an admin who must still be one: the transaction fails if they are none any more
   * @returns false if the member or the remaining admin has another role now, or is none
   */
  changeRole(
    company: string,
    subject: string,
    change: { readonly from: Role; readonly to: Role },
    remaining?: string,
  ): Promise<boolean>;
  /** Changes the name that others see. @returns false if the subject is not a member */
  renameMember(company: string, subject: string, name: string): Promise<boolean>;
  /** Removes a member. @returns false in the same cases as `changeRole` */
  removeMember(company: string, subject: string, from: Role, remaining?: string): Promise<boolean>;
}

export function memberStore(documents: DynamoDBDocumentClient, tableName: string): MemberStore {
  return {
    async findRole(company, subject) {
      return (await find(company, subject))?.role;
    },

    findMember: find,

    async listMembers(company) {
      const { pk, sk: prefix } = memberKey(company, '');
      const members: Member[] = [];
      const pages = queryPages(documents, {
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :member)',
        ExpressionAttributeValues: { ':pk': pk, ':member': prefix },
        ConsistentRead: true,
      });
      for await (const items of pages)
        for (const item of items) {
          const member = memberOf(company, String(item.sk).slice(prefix.length), item);
          if (member) members.push(member);
        }
      return members;
    },

    listCompaniesOf: (subject) => sortKeysOf(membershipKey(subject, '')),

    listCompanies: () => sortKeysOf(companyListKey('')),

    async addMember(member) {
      const { company, subject } = member;
      const put = (Item: object) => ({ Put: { TableName: tableName, Item: { ...Item } } });
      const writes = [
        { Put: { TableName: tableName, Item: { ...member, ...memberKey(company, subject) }, ...isNew } },
        put(membershipKey(subject, company)),
        put(companyListKey(company)),
      ];
      return transact(writes);
    },

    async changeRole(company, subject, { from, to }, remaining) {
      const update = updateOf(tableName, {
        key: memberKey(company, subject),
        set: { role: to },
        when: { role: from },
      });
      return transact([{ Update: update }, ...stillAdmin(company, remaining)]);
    },

    async renameMember(company, subject, name) {
      const update = updateOf(tableName, {
        key: memberKey(company, subject),
        set: { name },
        when: { pk: present },
      });
      return conditionHeld(() => retryConflicts(() => documents.send(new UpdateCommand(update))));
    },

    async removeMember(company, subject, from, remaining) {
      return transact([
        {
          Delete: { TableName: tableName, Key: memberKey(company, subject), ...conditionOf({ role: from }) },
        },
        { Delete: { TableName: tableName, Key: membershipKey(subject, company) } },
        ...stillAdmin(company, remaining),
      ]);
    },
  };

  async function find(company: string, subject: string): Promise<Member | undefined> {
    // Consistent: a member who was just removed is refused at once.
    const { Item } = await documents.send(
      new GetCommand({ TableName: tableName, Key: memberKey(company, subject), ConsistentRead: true }),
    );
    return Item && memberOf(company, subject, Item);
  }

  /** Of two admins who remove each other, the transactions collide: the second one finds its check failed. */
  function stillAdmin(company: string, subject: string | undefined) {
    if (subject === undefined) return [];
    const Key = memberKey(company, subject);
    return [{ ConditionCheck: { TableName: tableName, Key, ...conditionOf({ role: 'admin' }) } }];
  }

  function transact(
    TransactItems: ConstructorParameters<typeof TransactWriteCommand>[0]['TransactItems'],
  ): Promise<boolean> {
    return conditionHeld(() =>
      retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems }))),
    );
  }

  async function sortKeysOf({ pk, sk: prefix }: { pk: string; sk: string }): Promise<string[]> {
    const names: string[] = [];
    const pages = queryPages(documents, {
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ConsistentRead: true,
    });
    for await (const items of pages) names.push(...items.map(({ sk }) => String(sk).slice(prefix.length)));
    return names;
  }
}

/** @returns undefined if the item has no role that is known */
function memberOf(company: string, subject: string, item: Record<string, unknown>): Member | undefined {
  const role = roles.find((known) => known === item.role);
  if (role === undefined) return undefined;
  const text = (name: 'name' | 'email' | 'added' | 'addedBy') =>
    typeof item[name] === 'string' ? { [name]: item[name] } : {};
  return {
    company,
    subject,
    kind: memberKinds.find((known) => known === item.kind) ?? 'person',
    role,
    ...text('name'),
    ...text('email'),
    ...text('added'),
    ...text('addedBy'),
    ...(item.rule === undefined ? {} : { rule: item.rule as TrustRule }),
  };
}
