/** Assets and their history, in the asset table. */
import { isDeepStrictEqual } from 'node:util';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Asset, Publication } from '../../../domain/assets/asset.ts';
import { isPending } from '../../../domain/assets/publish-state.ts';
import type { CompanySettings } from '../../../domain/companies/settings.ts';
import type { Server } from '../../../domain/delivery/server.ts';
import { purgeTime } from '../../../domain/library/trash.ts';
import {
  assetKey,
  dueIndexKeys,
  folderIndexKey,
  historyKey,
  pendingIndexKey,
  purgeIndexKey,
  searchIndexKeys,
  trashIndexKey,
} from '../keys.ts';
import { batchGet } from '../table/batch-get.ts';
import type { BatchedChanges } from '../table/batched-changes.ts';
import { present } from '../table/condition.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import type { BatchableUpdate } from '../table/statement-of.ts';
import { updateOf } from '../table/update-of.ts';
import type { BatchedHistory, HistoryItem } from './batched-history.ts';

/** A publication or withdrawal of an asset on one server. */
export interface HistoryEvent {
  readonly event: 'PUBLISHED' | 'WITHDRAWN';
  readonly at: string;
  readonly server: Server;
  readonly version: number;
  readonly by: string;
  readonly jobId?: string;
}

/** The last event of a page of history. */
export type HistoryPosition = Pick<HistoryEvent, 'event' | 'at' | 'server'>;

export interface AssetStore {
  /** Strongly consistent: 1 read unit. */
  getAsset(company: string, id: string): Promise<Asset | undefined>;
  /** By id. Assets that do not exist are missing. Half a read unit for each asset, a whole one if consistent. */
  getAssets(
    company: string,
    ids: readonly string[],
    options?: { consistent?: boolean },
  ): Promise<Map<string, Asset>>;
  /**
   * Replaces the publish state of `before` by that of `after`, then writes the history of the new publications. A write
   * unit for the record, one if the pending index changes, one for each event. It is not a transaction, which would cost
   * twice as much: if the function dies in between, `confirmHistory` writes the history later.
   * @returns false, with nothing written, if the record has changed since it was read: its version, intent,
   * publications, or whether it is in the trash
   */
  recordPublication(
    before: Asset,
    after: Asset,
    settings: Pick<CompanySettings, 'servers'>,
  ): Promise<boolean>;
  /** The same for publications that ended. */
  recordWithdrawal(
    before: Asset,
    after: Asset,
    settings: Pick<CompanySettings, 'servers'>,
    withdrawal: { readonly at: string; readonly by: string },
  ): Promise<boolean>;
  /** The same for an undo, which ends some publications and makes others. */
  recordUndo(
    before: Asset,
    after: Asset,
    settings: Pick<CompanySettings, 'servers'>,
    undo: { readonly at: string; readonly by: string },
  ): Promise<boolean>;
  /** Writes the history of these publications again. Events that were already written stay the same. */
  confirmHistory(asset: Asset, servers: readonly Server[]): Promise<void>;
  /** Newest first. */
  listHistory(
    company: string,
    id: string,
    page: { limit: number; after?: HistoryPosition | undefined },
  ): Promise<{ items: HistoryEvent[]; next?: HistoryPosition }>;
}

/** An asset as its item, with the keys of the indexes that it belongs to. */
export function assetItem(asset: Asset, settings: Pick<CompanySettings, 'servers'>) {
  const { company, id } = asset;
  return {
    ...asset,
    ...assetKey(company, id),
    ...(asset.trashed ? {} : searchIndexKeys(company, id, asset.type)),
    folderKey: folderKeyOf(asset),
    pendingKey: !asset.trashed && isPending(asset, settings) ? pendingIndexKey(company, id) : undefined,
    ...(asset.due === undefined ? {} : dueIndexKeys(asset.due, company, id)),
    purgeKey: asset.trashed && purgeIndexKey(purgeTime(asset.trashed).slice(0, 10), `${company}#${id}`),
  };
}

/** Where the asset is listed: in its folder, in the trash, or nowhere if it only reserves an id. */
function folderKeyOf({ company, folder, trashed }: Asset): string | undefined {
  if (!trashed) return folderIndexKey(company, folder);
  return trashed.purging || trashed.renamedTo !== undefined ? undefined : trashIndexKey(company);
}

/** The asset of an item. */
export function assetOf(item: Record<string, unknown>): Asset {
  const { pk, sk, folderKey, pendingKey, purgeKey, dueKey, dueSort, ...found } = item;
  const { nameKey, nameSort, typeKey, ...asset } = found;
  return asset as unknown as Asset;
}

/** Writes that are batched with others. Without them, each write is sent at once. */
export interface BatchedAssetWrites {
  /** Events of the history. */
  readonly putHistoryItems?: BatchedHistory['put'];
  /** Changes of state. */
  readonly change?: BatchedChanges['change'];
}

export function assetStore(
  documents: DynamoDBDocumentClient,
  tableName: string,
  batched: BatchedAssetWrites = {},
): AssetStore {
  const records: AssetStore = {
    async getAsset(company, id) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: assetKey(company, id), ConsistentRead: true }),
      );
      return Item && assetOf(Item);
    },

    async getAssets(company, ids, { consistent = false } = {}) {
      const items = await batchGet(
        documents,
        tableName,
        [...new Set(ids)].map((id) => assetKey(company, id)),
        consistent,
      );
      return new Map(items.map((item) => [String(item.id), assetOf(item)]));
    },

    async recordPublication(before, after, settings) {
      if (!(await replaceState(before, after, settings))) return false;
      await putHistory(after, publishedEvents(newPublications(before, after)));
      return true;
    },

    async recordWithdrawal(before, after, settings, { at, by }) {
      if (!(await replaceState(before, after, settings))) return false;
      await putHistory(after, withdrawnEvents(before, after, { at, by }));
      return true;
    },

    async recordUndo(before, after, settings, { at, by }) {
      if (!(await replaceState(before, after, settings))) return false;
      await putHistory(after, [
        ...publishedEvents(newPublications(before, after)),
        ...withdrawnEvents(before, after, { at, by }),
      ]);
      return true;
    },

    async confirmHistory(asset, servers) {
      const publications = publicationsOf(asset).filter(([server]) => servers.includes(server));
      await putHistory(asset, publishedEvents(publications));
    },

    async listHistory(company, id, { limit, after }) {
      // Publications and withdrawals have different sort keys; a page has the newest of both.
      const both = await Promise.all([
        queryHistory(company, id, 'PUBLISHED', limit, after),
        queryHistory(company, id, 'WITHDRAWN', limit, after),
      ]);
      const events = both.flat().sort((a, b) => -compareEvents(a, b));
      const items = events.slice(0, limit);
      const last = items.at(-1);
      if (events.length <= limit || !last) return { items };
      return { items, next: { event: last.event, at: last.at, server: last.server } };
    },
  };
  return records;

  async function replaceState(
    before: Asset,
    after: Asset,
    settings: Pick<CompanySettings, 'servers'>,
  ): Promise<boolean> {
    const pending = isPending(after, settings);
    const { intent, publications, stateAt, lastPublishedAt } = after;
    const change: BatchableUpdate = {
      key: assetKey(before.company, before.id),
      set: {
        intent,
        publications,
        stateAt,
        lastPublishedAt,
        pendingKey: pending ? pendingIndexKey(before.company, before.id) : undefined,
      },
      remove: pending ? [] : ['pendingKey'],
      when: {
        version: before.version,
        intent: before.intent,
        publications: before.publications,
        stateAt: before.stateAt,
        // An asset that went to the trash meanwhile has lost its publications without any other trace.
        trashed: before.trashed ? present : undefined,
      },
    };
    if (await batched.change?.(change)) return true;
    if (await conditionHeld(() => documents.send(new UpdateCommand(updateOf(tableName, change)))))
      return true;
    // The client repeats a call whose response was lost, and the repetition fails although the write was made.
    const now = await records.getAsset(before.company, before.id);
    return (
      now?.version === after.version &&
      now.intent === after.intent &&
      now.stateAt === after.stateAt &&
      (now.trashed === undefined) === (after.trashed === undefined) &&
      isDeepStrictEqual(now.publications, after.publications)
    );
  }

  async function putHistory(asset: Asset, events: readonly HistoryEvent[]): Promise<void> {
    await (batched.putHistoryItems ?? putEach)(
      events.map((event) => ({
        ...historyKey(asset.company, asset.id, event.event, event.at, event.server),
        ...event,
      })),
    );
  }

  async function putEach(items: readonly HistoryItem[]): Promise<void> {
    await Promise.all(
      items.map((item) => documents.send(new PutCommand({ TableName: tableName, Item: { ...item } }))),
    );
  }

  /** One more than the limit, so that the caller knows whether there is a next page. */
  async function queryHistory(
    company: string,
    id: string,
    event: HistoryEvent['event'],
    limit: number,
    after: HistoryPosition | undefined,
  ): Promise<HistoryEvent[]> {
    const { pk, sk } = historyKey(company, id, event, after?.at ?? '\u{10FFFF}', after?.server ?? '');
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        // The end is inclusive and the same for both events: events of the previous page are left out below.
        ExpressionAttributeValues: { ':pk': pk, ':first': `${event}#`, ':last': sk },
        ScanIndexForward: false,
        Limit: limit + 2,
      }),
    );
    return Items.map(eventOf)
      .filter((item) => after === undefined || compareEvents(item, after) < 0)
      .slice(0, limit + 1);
  }
}

function publicationsOf(asset: Pick<Asset, 'publications'>): [Server, Publication][] {
  return Object.entries(asset.publications) as [Server, Publication][];
}

function newPublications(before: Asset, after: Asset): [Server, Publication][] {
  return publicationsOf(after).filter(([server, { version, at }]) => {
    const old = before.publications[server];
    return old?.version !== version || old.at !== at;
  });
}

function publishedEvents(publications: readonly [Server, Publication][]): HistoryEvent[] {
  return publications.map(([server, { version, at, by, jobId }]) => ({
    event: 'PUBLISHED',
    at,
    server,
    version,
    by,
    ...(jobId === undefined ? {} : { jobId }),
  }));
}

function withdrawnEvents(
  before: Asset,
  after: Asset,
  { at, by }: { readonly at: string; readonly by: string },
): HistoryEvent[] {
  return publicationsOf(before)
    .filter(([server]) => after.publications[server] === undefined)
    .map(([server, { version }]) => ({ event: 'WITHDRAWN', at: after.stateAt ?? at, server, version, by }));
}

function eventOf(item: Record<string, unknown>): HistoryEvent {
  const { pk, sk, ...event } = item;
  return event as unknown as HistoryEvent;
}

/** By time, then by server and event, so that no two are equal. */
function compareEvents(a: HistoryPosition, b: HistoryPosition): number {
  return compare(a.at, b.at) || compare(a.server, b.server) || compare(a.event, b.event);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
