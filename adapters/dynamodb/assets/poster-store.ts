/** The posters of videos, in the asset table: on the record, and on the item of its version. */
import { type DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Asset } from '../../../domain/assets/asset.ts';
import { assetKey, versionKey } from '../keys.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';
import { updateOf } from '../table/update-of.ts';

export interface PosterStore {
  /**
   * Replaces the poster of `before` by that of `after`, and nothing else of the version: a transaction, so that a purge finds the
   * poster also after the next upload. Two write units for each kilobyte of both items, and of the indexes.
   * @returns false, with nothing changed, if the record has changed since it was read
   */
  recordPoster(before: Asset, after: Asset): Promise<boolean>;
}

export function posterStore(documents: DynamoDBDocumentClient, tableName: string): PosterStore {
  return {
    async recordPoster({ company, id, version, modified }, after) {
      const record = updateOf(tableName, {
        key: assetKey(company, id),
        set: { modified: after.modified, modifiedBy: after.modifiedBy },
        replace: { poster: after.poster },
        when: { version, modified },
      });
      const ofVersion = updateOf(tableName, {
        key: versionKey(company, id, version),
        replace: { poster: after.poster },
        when: { version },
      });
      const writes = [{ Update: record }, { Update: ofVersion }];
      const held = await conditionHeld(() =>
        retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems: writes }))),
      );
      if (held) return true;
      // The client repeats a call whose response was lost, and the repetition fails although the write was made.
      const { Item: now } = await documents.send(
        new GetCommand({ TableName: tableName, Key: assetKey(company, id), ConsistentRead: true }),
      );
      return now?.modified === after.modified && now.modifiedBy === after.modifiedBy;
    },
  };
}
