/** Searches of assets: by the index of the plan, then the records that it leads to. Never by a scan. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Asset } from '../../../domain/assets/asset.ts';
import { inGroups } from '../../../domain/in-groups.ts';
import type { SearchPlan, SearchRange } from '../../../domain/library/plan-search.ts';
import type { AssetStore } from '../assets/asset-store.ts';
import {
  assetKey,
  assetTable,
  folderIndexKey,
  folderItemKey,
  keywordKey,
  nameIndexKey,
  searchIndexKeys,
  typeIndexKey,
} from '../keys.ts';
import { queryPages } from '../table/query-pages.ts';

/** A row of an index, and the position at which a page ended. */
export interface SearchPosition {
  /** The keyword, name prefix, folder or type that the row was found under. */
  readonly group: string;
  readonly id: string;
  /** Date or size; missing if the index is sorted by id. */
  readonly sort?: string | number | undefined;
}

export interface SearchStore {
  /**
   * A page of the assets that match. It ends early, perhaps empty, if too little was found in 5 seconds: `next` then
   * continues from there. Half a read unit for each page of an index (one index page for each type of asset if the dates
   * or sizes of the company are read) and for each record of up to 4 kB that is read.
   */
  searchAssets(
    company: string,
    plan: SearchPlan,
    matches: (asset: Asset) => boolean,
    page: { readonly limit: number; readonly after?: SearchPosition | undefined },
  ): Promise<{ items: Asset[]; next?: SearchPosition }>;
}

/** Far below the 30 seconds that API Gateway allows. */
const maxTimeMs = 5_000;

/** The limit of BatchGetItem. */
const maxBatchSize = 100;

/** With smaller batches, a search that finds little would be a chain of small reads. */
const minBatchSize = 25;

/** One partition of an index. */
interface Partition {
  readonly group: string;
  /** Missing for the table itself. */
  readonly index?: string;
  readonly partitionKey: string;
  readonly partition: string;
  readonly sortKey: string;
  readonly range?: SearchRange<string | number> | undefined;
  readonly prefix?: string;
  readonly rowOf: (item: Record<string, unknown>) => SearchPosition;
  readonly keyOf: (row: SearchPosition) => Record<string, unknown>;
}

export function searchStore(
  documents: DynamoDBDocumentClient,
  tableName: string,
  getAssets: AssetStore['getAssets'],
  clock: () => number,
): SearchStore {
  return {
    async searchAssets(company, plan, matches, { limit, after }) {
      const end = clock() + maxTimeMs;
      const batchSize = Math.max(minBatchSize, Math.min(limit + 1, maxBatchSize));
      const items: Asset[] = [];
      let last = after;
      for await (const rows of inGroups(rowsOf(company, plan, after, batchSize), batchSize)) {
        const assets = await getAssets(
          company,
          rows.map(({ id }) => id),
        );
        for (const row of rows) {
          const asset = assets.get(row.id);
          // Indexes follow the records after a moment: an asset that changed since has another row too.
          if (asset && isAt(asset, row, plan) && matches(asset)) {
            if (items.length === limit && last) return { items, next: last };
            items.push(asset);
          }
          last = row;
        }
        if (last && clock() >= end) return { items, next: last };
      }
      return { items };
    },
  };

  function rowsOf(
    company: string,
    plan: SearchPlan,
    after: SearchPosition | undefined,
    batchSize: number,
  ): AsyncGenerator<SearchPosition> {
    const { descending } = plan;
    switch (plan.by) {
      case 'keyword':
        return rowsOfPartition(keywordPartition(company, plan.keyword), descending, batchSize, after);
      case 'name':
        return rowsOfPartition(namePartition(company, plan.prefix), descending, batchSize, after);
      case 'folder':
        return rowsOfPartition(folderPartition(company, plan.folder), descending, batchSize, after);
      case 'folder-date':
      case 'folder-size':
        return rowsOfPartition(folderPartition(company, plan.folder, plan), descending, batchSize, after);
      case 'below':
        return rowsBelow(company, plan.folder, descending, batchSize, after);
      case 'date':
      case 'size':
        return merged(
          plan.types.map((type) => typePartition(company, type, plan)),
          descending,
          batchSize,
          after,
        );
    }
  }

  async function* rowsOfPartition(
    partition: Partition,
    descending: boolean,
    batchSize: number,
    after: SearchPosition | undefined,
  ): AsyncGenerator<SearchPosition> {
    const { index, partitionKey, sortKey, prefix, range = {}, rowOf, keyOf } = partition;
    const { condition, values } = rangeCondition(prefix, range);
    const pages = queryPages(documents, {
      TableName: tableName,
      ...(index === undefined ? {} : { IndexName: index }),
      KeyConditionExpression: `#partition = :partition${condition}`,
      ExpressionAttributeNames: {
        '#partition': partitionKey,
        ...(condition === '' ? {} : { '#sort': sortKey }),
      },
      ExpressionAttributeValues: { ':partition': partition.partition, ...values },
      ScanIndexForward: !descending,
      Limit: batchSize,
      ExclusiveStartKey: after && keyOf(after),
    });
    for await (const items of pages) yield* items.map(rowOf);
  }

  /** Folder by folder, each sorted by id. */
  async function* rowsBelow(
    company: string,
    top: string,
    descending: boolean,
    batchSize: number,
    after: SearchPosition | undefined,
  ): AsyncGenerator<SearchPosition> {
    for await (const folder of foldersBelow(company, top, descending, after?.group)) {
      yield* rowsOfPartition(
        folderPartition(company, folder),
        descending,
        batchSize,
        folder === after?.group ? after : undefined,
      );
    }
  }

  async function* foldersBelow(
    company: string,
    top: string,
    descending: boolean,
    first: string | undefined,
  ): AsyncGenerator<string> {
    const { pk, sk: prefix } = folderItemKey(company, '');
    const begin = first !== undefined && !descending ? first : top;
    const end = first !== undefined && descending ? first : `${top}\u{10FFFF}`;
    const pages = queryPages(documents, {
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :begin AND :end',
      ExpressionAttributeValues: { ':pk': pk, ':begin': prefix + begin, ':end': prefix + end },
      ProjectionExpression: 'sk',
      ScanIndexForward: !descending,
    });
    for await (const items of pages) yield* items.map((item) => String(item.sk).slice(prefix.length));
  }

  /** The rows of several partitions by their sort keys; rows with equal sort keys in the order of the partitions. */
  async function* merged(
    partitions: readonly Partition[],
    descending: boolean,
    batchSize: number,
    after: SearchPosition | undefined,
  ): AsyncGenerator<SearchPosition> {
    const current = partitions.findIndex(({ group }) => group === after?.group);
    const sources = partitions.map((partition, index) => {
      if (!after) return rowsOfPartition(partition, descending, batchSize, undefined);
      if (index === current) return rowsOfPartition(partition, descending, batchSize, after);
      const bound = descending ? { to: after.sort } : { from: after.sort };
      const rows = rowsOfPartition(
        { ...partition, range: { ...partition.range, ...bound } },
        descending,
        batchSize,
        undefined,
      );
      // Rows with the same sort key in earlier partitions were on an earlier page.
      return index < current ? skipping(rows, after.sort) : rows;
    });
    const heads = await Promise.all(sources.map((source) => source.next()));
    for (;;) {
      let best: { index: number; row: SearchPosition } | undefined;
      for (const [index, head] of heads.entries()) {
        if (head.done) continue;
        if (!best || comesBefore(head.value.sort, best.row.sort, descending))
          best = { index, row: head.value };
      }
      const source = best && sources[best.index];
      if (!best || !source) return;
      yield best.row;
      heads[best.index] = await source.next();
    }
  }
}

function rangeCondition(
  prefix: string | undefined,
  { from, to }: SearchRange<string | number>,
): { condition: string; values: Record<string, string | number> } {
  if (prefix) return { condition: ' AND begins_with(#sort, :prefix)', values: { ':prefix': prefix } };
  if (from !== undefined && to !== undefined)
    return { condition: ' AND #sort BETWEEN :from AND :to', values: { ':from': from, ':to': to } };
  if (from !== undefined) return { condition: ' AND #sort >= :from', values: { ':from': from } };
  if (to !== undefined) return { condition: ' AND #sort <= :to', values: { ':to': to } };
  return { condition: '', values: {} };
}

function keywordPartition(company: string, keyword: string): Partition {
  return {
    group: keyword,
    partitionKey: assetTable.partitionKey,
    partition: keywordKey(company, keyword, '').pk,
    sortKey: assetTable.sortKey,
    rowOf: (item) => ({ group: keyword, id: String(item.sk) }),
    keyOf: ({ id }) => keywordKey(company, keyword, id),
  };
}

function namePartition(company: string, prefix: string): Partition {
  const { name, partitionKey, sortKey } = assetTable.indexes.byName;
  return {
    group: prefix,
    index: name,
    partitionKey,
    partition: nameIndexKey(company),
    sortKey,
    prefix,
    rowOf: (item) => ({ group: prefix, id: idOfKey(company, item) }),
    keyOf: ({ id }) => {
      const { nameKey, nameSort } = searchIndexKeys(company, id, '');
      return { ...assetKey(company, id), nameKey, nameSort };
    },
  };
}

function folderPartition(
  company: string,
  folder: string,
  plan?: Extract<SearchPlan, { by: 'folder-date' | 'folder-size' }>,
): Partition {
  const { byFolder, byFolderDate, byFolderSize } = assetTable.indexes;
  const { name, partitionKey, sortKey } =
    plan === undefined ? byFolder : plan.by === 'folder-date' ? byFolderDate : byFolderSize;
  return {
    group: folder,
    index: name,
    partitionKey,
    partition: folderIndexKey(company, folder),
    sortKey,
    range: plan?.range,
    rowOf: (item) => ({
      group: folder,
      id: idOfKey(company, item),
      ...(plan === undefined ? {} : { sort: item[sortKey] as string | number }),
    }),
    keyOf: ({ id, sort }) => ({
      ...assetKey(company, id),
      [partitionKey]: folderIndexKey(company, folder),
      [sortKey]: plan === undefined ? id : sort,
    }),
  };
}

function typePartition(
  company: string,
  type: string,
  plan: Extract<SearchPlan, { by: 'date' | 'size' }>,
): Partition {
  const { byType, bySize } = assetTable.indexes;
  const { name, partitionKey, sortKey } = plan.by === 'date' ? byType : bySize;
  return {
    group: type,
    index: name,
    partitionKey,
    partition: typeIndexKey(company, type),
    sortKey,
    range: plan.range,
    rowOf: (item) => ({
      group: type,
      id: idOfKey(company, item),
      sort: item[sortKey] as string | number,
    }),
    keyOf: ({ id, sort }) => ({
      ...assetKey(company, id),
      [partitionKey]: typeIndexKey(company, type),
      [sortKey]: sort,
    }),
  };
}

function idOfKey(company: string, item: Record<string, unknown>): string {
  return String(item.pk).slice(assetKey(company, '').pk.length);
}

/** Whether the record still agrees with its row in the index. */
function isAt(asset: Asset, { group, sort }: SearchPosition, { by }: SearchPlan): boolean {
  switch (by) {
    case 'keyword':
    case 'name':
      return true;
    case 'folder':
    case 'below':
      return asset.folder === group;
    case 'folder-date':
      return asset.folder === group && asset.modified === sort;
    case 'folder-size':
      return asset.folder === group && asset.bytes === sort;
    case 'date':
      return asset.type === group && asset.modified === sort;
    case 'size':
      return asset.type === group && asset.bytes === sort;
  }
}

function comesBefore(
  a: string | number | undefined,
  b: string | number | undefined,
  descending: boolean,
): boolean {
  if (a === undefined || b === undefined || a === b) return false;
  return descending ? a > b : a < b;
}

async function* skipping(
  rows: AsyncGenerator<SearchPosition>,
  sort: string | number | undefined,
): AsyncGenerator<SearchPosition> {
  for await (const row of rows) if (row.sort !== sort) yield row;
}
