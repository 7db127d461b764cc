/** The progress of the daily clean-up, in the asset table: each run continues where the previous one ended. */
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Server } from '../../../domain/delivery/server.ts';
import { cleanUpKey } from '../keys.ts';

export interface CleanUpState {
  /** The first date that may still have items to purge: `2026-11-24`. */
  readonly purgeFrom?: string;
  /** Where the walk over the origins continues: after this key of this server. */
  readonly walk?: { readonly server: Server; readonly after?: string };
}

export interface CleanUpStore {
  readState(): Promise<CleanUpState>;
  writeState(state: CleanUpState): Promise<void>;
}

export function cleanUpStore(documents: DynamoDBDocumentClient, tableName: string): CleanUpStore {
  return {
    async readState() {
      const { Item = {} } = await documents.send(
        new GetCommand({ TableName: tableName, Key: cleanUpKey, ConsistentRead: true }),
      );
      const { pk, sk, ...state } = Item;
      return state as CleanUpState;
    },

    async writeState(state) {
      await documents.send(new PutCommand({ TableName: tableName, Item: { ...cleanUpKey, ...state } }));
    },
  };
}
