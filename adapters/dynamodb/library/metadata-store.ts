/** Metadata of assets, in the asset table: on the record itself, and an item for each keyword to find it by. */
import {
  type DynamoDBDocumentClient,
  GetCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Asset } from '../../../domain/assets/asset.ts';
import { foldKeyword, keywordChanges } from '../../../domain/library/keyword.ts';
import { assetKey, keywordKey } from '../keys.ts';
import { batchWrite } from '../table/batch-write.ts';
import { conditionOf } from '../table/condition.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';
import { updateOf } from '../table/update-of.ts';

type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** A transaction takes 100 writes; one of them is for the record. */
const maxTransactionItems = 99;

const metadataNames = ['title', 'description', 'altText', 'keywords', 'fields'] as const;

export interface MetadataStore {
  /**
   * Replaces the metadata of `before` by those of `after`, and nothing else of the record. A write unit for each
   * kilobyte of the record and two for the index by type and date. If keywords change, it is a transaction, which costs
   * twice as much, and two more units for each keyword. More than 99 changed keywords take several transactions. If the
   * function dies in between, items of keywords that the asset does not have are left, and searches ignore them.
   * @returns false, with the metadata unchanged, if the record has changed since it was read
   */
  recordMetadata(before: Asset, after: Asset): Promise<boolean>;
  /** Moves the keywords' items to another id, or deletes them: for a record that is renamed or deleted. */
  moveKeywords(
    company: string,
    keywords: readonly string[],
    from: string,
    to: string | undefined,
  ): Promise<void>;
}

export function metadataStore(documents: DynamoDBDocumentClient, tableName: string): MetadataStore {
  return {
    async recordMetadata(before, after) {
      const { company, id } = before;
      const { added, removed } = keywordChanges(before.keywords, after.keywords);
      const put = (keyword: string): Write => ({
        Put: { TableName: tableName, Item: { ...keywordKey(company, keyword, id), id } },
      });
      const remove = (keyword: string): Write => ({
        Delete: { TableName: tableName, Key: keywordKey(company, keyword, id) },
      });
      const update = recordUpdate(before, after);
      if (added.length + removed.length === 0) {
        if (await conditionHeld(() => documents.send(new UpdateCommand(update)))) return true;
        // The client repeats a call whose response was lost, and the repetition fails although the write was made.
        const { Item: now } = await documents.send(
          new GetCommand({ TableName: tableName, Key: assetKey(company, id), ConsistentRead: true }),
        );
        return now?.modified === after.modified && now.modifiedBy === after.modifiedBy;
      }
      // An item too many does no harm, one too few would hide the asset. Puts that do not fit into the transaction are
      // made before it, deletes after it. Each of these transactions checks the state of the record.
      const early = added.slice(maxTransactionItems).map(put);
      const now = [...added.slice(0, maxTransactionItems).map(put), ...removed.map(remove)];
      const late = now.splice(maxTransactionItems);
      if (!(await transactAll(unchanged(before), early))) return false;
      if (!(await transact([{ Update: update }, ...now]))) return false;
      await transactAll(unchanged(after), late);
      return true;
    },

    async moveKeywords(company, keywords, from, to) {
      const folded = [...new Set(keywords.map(foldKeyword))];
      if (to !== undefined) {
        const puts = folded.map((keyword) => ({ put: { ...keywordKey(company, keyword, to), id: to } }));
        await batchWrite(documents, tableName, puts);
      }
      const deletes = folded.map((keyword) => ({ delete: keywordKey(company, keyword, from) }));
      await batchWrite(documents, tableName, deletes);
    },
  };

  function recordUpdate(before: Asset, after: Asset) {
    const { company, id, version, modified } = before;
    // An attribute that neither has is not removed.
    const changed = metadataNames.filter((name) => (after[name] ?? before[name]) !== undefined);
    return updateOf(tableName, {
      key: assetKey(company, id),
      set: { modified: after.modified, modifiedBy: after.modifiedBy },
      replace: Object.fromEntries(changed.map((name) => [name, after[name]])),
      when: { version, modified },
    });
  }

  function unchanged({ company, id, version, modified }: Asset): Write {
    return {
      ConditionCheck: {
        TableName: tableName,
        Key: assetKey(company, id),
        ...conditionOf({ version, modified }),
      },
    };
  }

  /** @returns false if the condition did not hold; the remaining writes are not made */
  async function transactAll(condition: Write, writes: readonly Write[]): Promise<boolean> {
    for (let start = 0; start < writes.length; start += maxTransactionItems) {
      if (!(await transact([condition, ...writes.slice(start, start + maxTransactionItems)]))) return false;
    }
    return true;
  }

  function transact(writes: Write[]): Promise<boolean> {
    return conditionHeld(() =>
      retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems: writes }))),
    );
  }
}
