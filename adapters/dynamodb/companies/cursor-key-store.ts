/** The key that signs the cursors of lists: one item for the installation, in the table of secrets. */
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { cursorKeyKey } from '../keys.ts';
import { isNew } from '../table/condition.ts';
import { conditionHeld } from '../table/condition-failure.ts';

export interface CursorKeyStore {
  /** The key, 32 bytes. The first call of an environment reads it: 1 read unit. */
  cursorKey(): Promise<Uint8Array>;
}

const keyBytes = 32;

/**
 * The first call in the life of an installation makes the key. It is in no template, and deployments do not change it. To
 * replace it, delete the item: cursors that were given before are refused then.
 */
export function cursorKeyStore(
  documents: DynamoDBDocumentClient,
  tableName: string,
  randomBytes: (count: number) => Uint8Array,
): CursorKeyStore {
  let known: Promise<Uint8Array> | undefined;
  return {
    cursorKey() {
      known ??= readOrMake().catch((error: unknown) => {
        known = undefined;
        throw error;
      });
      return known;
    },
  };

  async function readOrMake(): Promise<Uint8Array> {
    const found = await read();
    if (found) return found;
    const key = Buffer.from(randomBytes(keyBytes)).toString('base64');
    const item = { ...cursorKeyKey, key };
    await conditionHeld(() => documents.send(new PutCommand({ TableName: tableName, Item: item, ...isNew })));
    // Another environment may have been first.
    const made = await read();
    if (!made) throw new Error('The key of cursors was deleted while it was made');
    return made;
  }

  async function read(): Promise<Uint8Array | undefined> {
    const { Item } = await documents.send(
      new GetCommand({ TableName: tableName, Key: cursorKeyKey, ConsistentRead: true }),
    );
    return typeof Item?.key === 'string' ? Buffer.from(Item.key, 'base64') : undefined;
  }
}
