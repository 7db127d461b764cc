/** Where functions that work through the companies from time to time go on with a company. */
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { progressKey } from '../keys.ts';

/** What a function keeps about its work on a company. */
export type CompanyProgress = Readonly<Record<string, string | number>>;

export interface ProgressStore {
  /** Strongly consistent. */
  readProgress(company: string): Promise<CompanyProgress | undefined>;
  writeProgress(company: string, progress: CompanyProgress): Promise<void>;
  deleteProgress(company: string): Promise<void>;
}

/** @param of the function */
export function progressStore(
  documents: DynamoDBDocumentClient,
  tableName: string,
  of: string,
): ProgressStore {
  return {
    async readProgress(company) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: progressKey(of, company), ConsistentRead: true }),
      );
      if (!Item) return undefined;
      const { pk, sk, ...progress } = Item;
      return progress as CompanyProgress;
    },

    async writeProgress(company, progress) {
      await documents.send(
        new PutCommand({ TableName: tableName, Item: { ...progressKey(of, company), ...progress } }),
      );
    },

    async deleteProgress(company) {
      await documents.send(new DeleteCommand({ TableName: tableName, Key: progressKey(of, company) }));
    },
  };
}
