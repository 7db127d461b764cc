/** Metadata of assets, which are part of the record. */
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Asset } from '../../../domain/assets/asset.ts';
import { assetKey } from '../keys.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import { updateOf } from '../table/update-of.ts';

const metadataNames = ['title', 'description', 'altText', 'keywords', 'fields'] as const;

export interface MetadataStore {
  /**
   * Replaces the metadata of `before` by those of `after`, and nothing else of the record. A write unit for each
   * kilobyte of the record, and two for each of the two indexes by date.
   * @returns false, with the metadata unchanged, if the record has changed since it was read
   */
  recordMetadata(before: Asset, after: Asset): Promise<boolean>;
}

export function metadataStore(documents: DynamoDBDocumentClient, tableName: string): MetadataStore {
  return {
    async recordMetadata(before, after) {
      const { company, id, version, modified } = before;
      // An attribute that neither has is not removed.
      const changed = metadataNames.filter((name) => (after[name] ?? before[name]) !== undefined);
      const update = updateOf(tableName, {
        key: assetKey(company, id),
        set: { modified: after.modified, modifiedBy: after.modifiedBy },
        replace: Object.fromEntries(changed.map((name) => [name, after[name]])),
        when: { version, modified },
      });
      if (await conditionHeld(() => documents.send(new UpdateCommand(update)))) return true;
      // The client repeats a call whose response was lost, and the repetition fails although the write was made.
      const { Item: now } = await documents.send(
        new GetCommand({ TableName: tableName, Key: assetKey(company, id), ConsistentRead: true }),
      );
      return now?.modified === after.modified && now.modifiedBy === after.modifiedBy;
    },
  };
}
