/** The metadata schemas of companies, in the job table. */
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { defaultSchema, type MetadataSchema } from '../../../domain/library/metadata-schema.ts';
import { metadataSchemaKey } from '../keys.ts';
import { conditionOf } from '../table/condition.ts';
import { conditionHeld } from '../table/condition-failure.ts';

/** A schema with the time of its last change and the member who made it; both are missing for the default schema. */
export interface StoredSchema extends MetadataSchema {
  readonly modified?: string;
  readonly modifiedBy?: string;
}

export interface MetadataSchemaStore {
  /** Strongly consistent: 1 read unit for each 4 kB. */
  getMetadataSchema(company: string): Promise<StoredSchema>;
  /**
   * Replaces the schema.
   * @param before the schema as it was read
   * @returns false if it has changed since
   */
  putMetadataSchema(company: string, before: StoredSchema, schema: StoredSchema): Promise<boolean>;
}

export function metadataSchemaStore(
  documents: DynamoDBDocumentClient,
  tableName: string,
): MetadataSchemaStore {
  return {
    async getMetadataSchema(company) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: metadataSchemaKey(company), ConsistentRead: true }),
      );
      if (!Item) return defaultSchema;
      const { pk, sk, ...schema } = Item;
      return schema as unknown as StoredSchema;
    },

    async putMetadataSchema(company, { modified }, schema) {
      const Item = { ...metadataSchemaKey(company), ...schema };
      const put = new PutCommand({ TableName: tableName, Item, ...conditionOf({ modified }) });
      return conditionHeld(() => documents.send(put));
    },
  };
}
