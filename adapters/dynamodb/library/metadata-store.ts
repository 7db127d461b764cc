/** Metadata of assets in the asset table: on the record itself, and an item for each keyword to find it by. */
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
import { isConditionFailure } from '../table/condition-failure.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';

type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** A transaction takes 100 writes; one of them is the record's. */
const maxTransactionItems = 99;

const metadataNames = ['title', 'description', 'altText', 'keywords', 'fields'] as const;

export interface MetadataStore {
  /**
   * Replaces the metadata of `before` by those of `after`, and nothing else of the record. A write unit for each
   * kilobyte of it and two for its place in the index by type and date; where keywords change, a transaction, which
   * costs double, with two more units for each of them. Above 99 changed keywords it takes several: one that dies in
   * between leaves items of keywords that the asset does not bear, which a search passes over.
   * @returns false if the record is not as it was read: then its metadata are as they were
   */
  recordMetadata(before: Asset, after: Asset): Promise<boolean>;
  /** Has keywords find an asset under another id, or not at all: called where a record is moved or deleted. */
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
        if (await refusedOrDone(() => documents.send(new UpdateCommand(update)))) return true;
        // The client asks again where an answer got lost, and is then refused what it has already done.
        const { Item: now } = await documents.send(
          new GetCommand({ TableName: tableName, Key: assetKey(company, id), ConsistentRead: true }),
        );
        return now?.modified === after.modified && now.modifiedBy === after.modifiedBy;
      }
      // An item too many does no harm, one too few would hide the asset: what does not fit is put before, and
      // deleted after. Each of these holds the record to the state that it belongs to.
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
    const kept = metadataNames.filter((name) => after[name] !== undefined);
    const gone = metadataNames.filter((name) => after[name] === undefined && before[name] !== undefined);
    const names = ['modified', 'modifiedBy', ...kept] as const;
    const set = `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`;
    return {
      TableName: tableName,
      Key: assetKey(before.company, before.id),
      UpdateExpression:
        gone.length === 0 ? set : `${set} REMOVE ${gone.map((name) => `#${name}`).join(', ')}`,
      ConditionExpression: '#version = :versionBefore AND #modified = :modifiedBefore',
      ExpressionAttributeNames: {
        '#version': 'version',
        ...Object.fromEntries([...names, ...gone].map((name) => [`#${name}`, name])),
      },
      ExpressionAttributeValues: {
        ':versionBefore': before.version,
        ':modifiedBefore': before.modified,
        ...Object.fromEntries(names.map((name) => [`:${name}`, after[name]])),
      },
    };
  }

  function unchanged({ company, id, version, modified }: Asset): Write {
    return {
      ConditionCheck: {
        TableName: tableName,
        Key: assetKey(company, id),
        ConditionExpression: '#version = :version AND #modified = :modified',
        ExpressionAttributeNames: { '#version': 'version', '#modified': 'modified' },
        ExpressionAttributeValues: { ':version': version, ':modified': modified },
      },
    };
  }

  /** @returns false where the condition does not hold, with the rest not written */
  async function transactAll(condition: Write, writes: readonly Write[]): Promise<boolean> {
    for (let start = 0; start < writes.length; start += maxTransactionItems) {
      if (!(await transact([condition, ...writes.slice(start, start + maxTransactionItems)]))) return false;
    }
    return true;
  }

  function transact(writes: Write[]): Promise<boolean> {
    return refusedOrDone(() =>
      retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems: writes }))),
    );
  }
}

async function refusedOrDone(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}
