/** The states of files when they were last fetched from a source, in the job table. */
import { createHash } from 'node:crypto';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { type FilePlace, type SourceState, sourceId } from '../../../domain/uploads/upload-source.ts';
import { sourceKey } from '../keys.ts';
import { batchGet } from '../table/batch-get.ts';

/** A file of a source for a folder of the library. */
export interface SourceFile {
  readonly company: string;
  readonly folder: string;
  readonly place: FilePlace;
}

export interface SourceStore {
  /** By `sourceId`. Half a read unit for each file. */
  findSources(
    company: string,
    folder: string,
    places: readonly FilePlace[],
  ): Promise<Map<string, SourceState>>;
  /** 1 write unit. */
  rememberSource(file: SourceFile, state: SourceState): Promise<void>;
}

export function sourceStore(documents: DynamoDBDocumentClient, tableName: string): SourceStore {
  const keyOf = (company: string, id: string) =>
    sourceKey(company, createHash('sha256').update(id).digest('base64url'));
  return {
    async findSources(company, folder, places) {
      const ids = new Map(
        places.map((place) => {
          const id = sourceId(folder, place);
          return [keyOf(company, id).pk, id] as const;
        }),
      );
      const keys = [...ids.keys()].map((pk) => ({ pk, sk: 'SOURCE' }));
      const items = await batchGet(documents, tableName, keys, false);
      return new Map(
        items.map(({ pk, sk, ...state }) => [ids.get(String(pk)) ?? '', state as SourceState] as const),
      );
    },

    async rememberSource({ company, folder, place }, { etag, modified, bytes, sha256 }) {
      const Item = { ...keyOf(company, sourceId(folder, place)), etag, modified, bytes, sha256 };
      await documents.send(new PutCommand({ TableName: tableName, Item }));
    },
  };
}
