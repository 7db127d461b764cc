/** The access tokens that were given for tokens of other issuers, as hashes, in the job table. */
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { accessTokenKey, jobTable } from '../keys.ts';

/** The member that a token is for. */
export interface TokenOwner {
  readonly company: string;
  readonly subject: string;
}

export interface AccessTokenStore {
  /** @param expires seconds since 1970 */
  putToken(hash: string, owner: TokenOwner, expires: number): Promise<void>;
  /**
   * Strongly consistent: half a read unit.
   * @param now seconds since 1970
   * @returns undefined for an unknown token and for one that has expired
   */
  findToken(hash: string, now: number): Promise<TokenOwner | undefined>;
}

export function accessTokenStore(documents: DynamoDBDocumentClient, tableName: string): AccessTokenStore {
  return {
    async putToken(hash, { company, subject }, expires) {
      const item = { ...accessTokenKey(hash), company, subject, [jobTable.timeToLive]: expires };
      await documents.send(new PutCommand({ TableName: tableName, Item: item }));
    },

    async findToken(hash, now) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: accessTokenKey(hash), ConsistentRead: true }),
      );
      // DynamoDB deletes expired items hours or days later.
      if (!Item || Number(Item[jobTable.timeToLive]) <= now) return undefined;
      return { company: String(Item.company), subject: String(Item.subject) };
    },
  };
}
