/** The metadata schemas of companies, in the job table. */
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { defaultSchema, type MetadataSchema } from '../../../domain/library/metadata-schema.ts';
import { metadataSchemaKey } from '../keys.ts';

/** A schema with the time of its last change and the member who made it; both are missing for the default schema. */
export interface StoredSchema extends MetadataSchema {
  readonly modified?: string;
  readonly modifiedBy?: string;
}

export interface MetadataSchemaStore {
  /** Strongly consistent: 1 read unit for each 4 kB. */
  getMetadataSchema(company: string): Promise<StoredSchema>;
  putMetadataSchema(company: string, schema: StoredSchema): Promise<void>;
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

    async putMetadataSchema(company, schema) {
      await documents.send(
        new PutCommand({ TableName: tableName, Item: { ...metadataSchemaKey(company), ...schema } }),
      );
    },
  };
}
