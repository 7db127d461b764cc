/** When something of each kind last changed in a company: one item for each company in the job table. */
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type ChangeKind, type ChangeMarks, changeKinds } from '../../../domain/companies/changes.ts';
import { changesKey } from '../keys.ts';
import { below, missingOr } from '../table/condition.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import { updateOf } from '../table/update-of.ts';

export interface ChangeStore {
  /** Eventually consistent: half a read unit. */
  readMarks(company: string): Promise<ChangeMarks>;
  /** One write unit. A later mark stays. @param at ISO 8601, UTC */
  mark(company: string, kind: ChangeKind, at: string): Promise<void>;
}

export function changeStore(documents: DynamoDBDocumentClient, tableName: string): ChangeStore {
  return {
    async readMarks(company) {
      const { Item = {} } = await documents.send(
        new GetCommand({ TableName: tableName, Key: changesKey(company) }),
      );
      return Object.fromEntries(
        changeKinds.flatMap((kind) => (Item[kind] === undefined ? [] : [[kind, String(Item[kind])]])),
      );
    },

    async mark(company, kind, at) {
      const update = updateOf(tableName, {
        key: changesKey(company),
        set: { [kind]: at },
        when: { [kind]: missingOr(below(at)) },
      });
      await conditionHeld(() => documents.send(new UpdateCommand(update)));
    },
  };
}
