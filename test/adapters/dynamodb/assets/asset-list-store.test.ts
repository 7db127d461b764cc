import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type AssetPageRequest,
  type AssetPosition,
  assetListStore,
} from '../../../../adapters/dynamodb/assets/asset-list-store.ts';
import type { Asset } from '../../../../domain/assets/asset.ts';
import { asset } from '../../../functions/serve-api/api-world.ts';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-1' }));
const mock = mockClient(documents);

/** Folder → ids in the index; every third asset is published. */
let index: Record<string, string[]>;
let library: Map<string, Asset>;
let queries: number;

beforeEach(() => {
  index = {
    '/': ['a', 'b', 'c'],
    '/empty/': [],
    '/x/': Array.from({ length: 250 }, (_, n) => `x${String(n).padStart(3, '0')}`),
  };
  library = new Map();
  let count = 0;
  for (const [folder, ids] of Object.entries(index)) {
    for (const id of ids) {
      library.set(id, { ...asset, id, folder, publications: count % 3 === 0 ? asset.publications : {} });
      count += 1;
    }
  }
  queries = 0;
  mock.reset();
  mock.on(QueryCommand).callsFake((input) => {
    queries += 1;
    const values = input.ExpressionAttributeValues;
    const folder = String(values[':folder']).replace('FOLDER#luma#', '');
    const start = input.ExclusiveStartKey;
    if (start)
      expect(start).toEqual({
        pk: `ASSET#luma#${start.id}`,
        sk: 'ASSET',
        folderKey: `FOLDER#luma#${folder}`,
        id: start.id,
      });
    const rest = (index[folder] ?? []).filter((id) => id > (start?.id ?? ''));
    const page = rest.slice(0, input.Limit);
    const last = page.at(-1);
    const key = (id: string) => ({
      pk: `ASSET#luma#${id}`,
      sk: 'ASSET',
      folderKey: `FOLDER#luma#${folder}`,
      id,
    });
    return {
      Items: page.map(key),
      ...(last !== undefined && page.length < rest.length ? { LastEvaluatedKey: key(last) } : {}),
    };
  });
});

/** As the records have them. */
async function* foldersWithin(_: string, within: string, from = within) {
  for (const folder of Object.keys(index)) if (folder.startsWith(within) && folder >= from) yield { folder };
}

async function whole(request: Partial<AssetPageRequest>, clock: () => number = () => 0) {
  const listing = assetListStore(
    documents,
    'assets',
    async (_, ids) => new Map([...library].filter(([id]) => ids.includes(id))),
    foldersWithin,
    clock,
  );
  const ids: string[] = [];
  const sizes: number[] = [];
  let after: AssetPosition | undefined;
  do {
    const page = await listing.listAssets('luma', { limit: 100, ...request, after });
    ids.push(...page.items.map(({ id }) => id));
    sizes.push(page.items.length);
    after = page.next;
  } while (after && sizes.length < 1_000);
  return { ids, sizes };
}

describe('the list of assets', () => {
  it.each([1, 2, 99, 100, 101, 253, 1_000])(
    'is whole and in order by pages of %i, the last of them not empty',
    async (limit) => {
      const { ids, sizes } = await whole({ limit });
      expect(ids).toEqual(Object.values(index).flat());
      expect(sizes).toHaveLength(Math.ceil(253 / limit));
    },
  );

  it.each(['/', '/x/', '/empty/', '/nowhere/'])(
    'of the folder %s holds its assets, and not those below it',
    async (folder) => {
      expect((await whole({ folder, limit: 7 })).ids).toEqual(index[folder] ?? []);
    },
  );

  it.each(['published', 'unpublished'] as const)(
    'of the %s ones fills its pages with those',
    async (state) => {
      const { ids, sizes } = await whole({ state, limit: 10 });
      const expected = [...library.values()].filter(
        ({ publications }) => 'image-serving' in publications === (state === 'published'),
      );
      expect(ids).toEqual(expected.map(({ id }) => id));
      expect(sizes.slice(0, -1).every((size) => size === 10)).toBe(true);
    },
  );

  it('leaves out what the index still has where it was, and what is gone or in the trash', async () => {
    library.set('b', { ...asset, id: 'b', folder: '/moved/' });
    library.delete('c');
    library.set('x001', { ...asset, id: 'x001', folder: '/x/', trashed: { at: '', by: '' } });
    expect((await whole({ folder: '/' })).ids).toEqual(['a']);
    expect((await whole({ folder: '/x/' })).ids).toEqual(index['/x/']?.filter((id) => id !== 'x001'));
  });

  it('of a folder and those below it holds them all', async () => {
    expect((await whole({ folder: '/', below: true, limit: 50 })).ids).toHaveLength(253);
    expect((await whole({ folder: '/x/', below: true, limit: 50 })).ids).toHaveLength(250);
  });

  it('ends a page early when it takes too long, and goes on from there', async () => {
    let time = 0;
    const { ids, sizes } = await whole({ state: 'published', limit: 1_000 }, () => {
      time += 5_000;
      return time;
    });
    expect(ids).toHaveLength(85);
    expect(sizes.length).toBeGreaterThan(1);
  });

  it('reads no more of the index than a page needs', async () => {
    const listing = assetListStore(
      documents,
      'assets',
      async () => library,
      foldersWithin,
      () => 0,
    );
    await listing.listAssets('luma', { limit: 2, folder: '/x/' });
    expect(queries).toBe(1);
    expect(mock.commandCalls(QueryCommand)[0]?.args[0].input.Limit).toBe(3);
  });
});
