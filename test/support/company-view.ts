/** What a memory cloud has of one company, as its stores understand it. */
import { assetItem, assetOf, type HistoryEvent } from '../../adapters/dynamodb/assets/asset-store.ts';
import { versionItem } from '../../adapters/dynamodb/assets/version-store.ts';
import { jobItem, jobOf } from '../../adapters/dynamodb/jobs/job-item.ts';
import type { PartRecord } from '../../adapters/dynamodb/jobs/part-store.ts';
import {
  activeIndexKeys,
  assetKey,
  derivedKey,
  folderItemKey,
  historyKey,
  jobKey,
  lockKey,
  memberKey,
  memberOfKey,
  partKey,
  queueKey,
  scheduleKey,
  schedulingKey,
  settingsKey,
} from '../../adapters/dynamodb/keys.ts';
import type { Asset, SetType } from '../../domain/assets/asset.ts';
import type { Role } from '../../domain/companies/role.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { defaultSettings } from '../../domain/companies/settings.ts';
import { type Server, servers } from '../../domain/delivery/server.ts';
import type { Job, LogEntry } from '../../domain/jobs/job.ts';
import { beginFile, endFile, logPrefix } from '../../domain/jobs/job-file-names.ts';
import type { QueuedJob } from '../../domain/jobs/queue.ts';
import type { NotificationMessage } from '../../domain/notifications/notification-message.ts';
import type { Schedule } from '../../domain/schedules/schedule.ts';
import {
  occurrencesInSet,
  parseSetRecord,
  printSetRecord,
  type SetMember,
  type SetRecord,
  setMimeType,
} from '../../domain/sets/set-record.ts';
import { anAsset } from './builders.ts';
import { cloudNames } from './cloud-names.ts';
import type { MemoryTable } from './dynamodb/memory-table.ts';
import { copyOf, type Item, toStored } from './dynamodb/values.ts';
import { type MapView, mapView } from './map-view.ts';
import type { MemoryBucket } from './memory-s3.ts';
import type { SentMessage } from './memory-services.ts';

export interface CompanyView {
  readonly company: string;
  /** What it has chosen; the rest is as by default. */
  readonly settings: CompanySettings;
  setSettings(change: Partial<CompanySettings>): void;
  /** By id. */
  readonly assets: MapView<Asset>;
  /** `<id>#<event>#<time>#<server>` */
  readonly history: MapView<HistoryEvent>;
  readonly jobs: MapView<Job>;
  /** By id of the job. */
  readonly queue: MapView<QueuedJob>;
  /** Server → id of the job. */
  readonly locks: MapView<string>;
  /** `<job>/<level>/<part>` */
  readonly parts: MapView<PartRecord>;
  readonly schedules: MapView<Schedule>;
  /** Subject → role. */
  readonly roles: MapView<Role>;
  /** `<server>:<key>` → the version that lies there; 0 for what is no copy of a version. */
  readonly origins: MapView<number>;
  /** Ids of jobs that have ended, and whose end is not marked as processed. */
  readonly unprocessed: () => string[];
  /** Takes the mark away that the end of a job was processed. */
  unmarkEnd(jobId: string): void;
  /** What send-notification was asked for, in order. */
  readonly notified: () => { message: NotificationMessage; delay: number }[];
  /** Ids that are to be invalidated, in order; `*` for the whole company. */
  readonly invalidated: () => string[];
  log(jobId: string): LogEntry[];
  /** Puts an asset with its master, as an upload leaves it. */
  put(asset: Asset): void;
  /** The same, with the item of its version. */
  putVersion(asset: Asset): void;
  /** Puts a set with its record and its memberships. */
  putSet(asset: Partial<Asset> & { id: string }, members: readonly (string | SetMember)[]): void;
  /** Notes which images are derived from one. */
  putDerived(parent: string, ids: readonly string[]): void;
  readSetRecord(set: Pick<Asset, 'masterKey' | 'masterVersionId'>): SetRecord;
}

export interface CompanyMemory {
  readonly tables: Readonly<Record<'assets' | 'jobs', MemoryTable>>;
  readonly buckets: Readonly<Record<'masters' | 'job-files' | Server, MemoryBucket>>;
  readonly messages: readonly SentMessage[];
}

export function companyView({ tables, buckets, messages }: CompanyMemory, company: string): CompanyView {
  const { assets: assetTable, jobs: jobTable } = tables;

  /** The items of a partition whose sort keys begin so. */
  function partition<Value>(
    table: MemoryTable,
    keyOf: (key: string) => { pk: string; sk: string },
    read: (item: Item) => Value,
    itemOf: (value: Value) => Item,
  ): MapView<Value> {
    const { pk, sk: prefix } = keyOf('');
    return mapView<Value>({
      *entries() {
        for (const { item } of [...table.rows(pk, startingWith(prefix), true, undefined)]) {
          yield [String(item.sk).slice(prefix.length), read(copyOf(item))];
        }
      },
      get(key) {
        const row = table.get(keyOf(key));
        return row && read(copyOf(row.item));
      },
      set: (key, value) => table.put(toStored({ ...itemOf(value), ...keyOf(key) }) as Item),
      delete: (key) => table.delete(keyOf(key)),
    });
  }

  const settings = () => {
    const { pk, sk, ...chosen } = jobTable.get(settingsKey(company))?.item ?? {};
    return { ...defaultSettings, ...copyOf(chosen) } as CompanySettings;
  };

  const assets = recordsBelow<Asset>(
    assetTable,
    assetKey(company, ''),
    (id) => assetKey(company, id),
    once(assetOf),
    (asset) => assetItem(asset, settings()),
  );
  const jobs = recordsBelow<Job>(
    jobTable,
    jobKey(company, ''),
    (id) => jobKey(company, id),
    once(jobOf),
    jobItem,
  );

  const history = mapView<HistoryEvent>({
    *entries() {
      const { pk: prefix } = assetKey(company, '');
      for (const { item } of [...assetTable.all()]) {
        const { pk, sk, ...event } = item;
        const isHistory = event.event === 'PUBLISHED' || event.event === 'WITHDRAWN';
        if (!isHistory || !String(pk).startsWith(prefix)) continue;
        yield [`${String(pk).slice(prefix.length)}#${String(sk)}`, copyOf(event) as unknown as HistoryEvent];
      }
    },
    get(key) {
      const row = assetTable.get(historyKeyOf(company, key));
      if (!row) return undefined;
      const { pk, sk, ...event } = copyOf(row.item);
      return event as unknown as HistoryEvent;
    },
    set: (key, event) => assetTable.put({ ...event, ...historyKeyOf(company, key) }),
    delete: (key) => assetTable.delete(historyKeyOf(company, key)),
  });

  const parts = mapView<PartRecord>({
    *entries() {
      const { pk: prefix } = jobKey(company, '');
      for (const { item } of [...jobTable.all()]) {
        const { pk, sk, expires, ...part } = copyOf(item);
        if (!String(pk).startsWith(prefix) || !String(sk).startsWith('PART#')) continue;
        const place = `${String(pk).slice(prefix.length)}/${part.level}/${part.part}`;
        yield [place, part as unknown as PartRecord];
      }
    },
    get(key) {
      const row = jobTable.get(partKeyOf(company, key));
      if (!row) return undefined;
      const { pk, sk, expires, ...part } = copyOf(row.item);
      return part as unknown as PartRecord;
    },
    set: (key, part) => jobTable.put(toStored({ ...part, ...partKeyOf(company, key) }) as Item),
    delete: (key) => jobTable.delete(partKeyOf(company, key)),
  });

  const origins = mapView<number>({
    *entries() {
      for (const server of servers) {
        for (const key of buckets[server].keys()) {
          if (key.startsWith(`${company}/`)) yield [`${server}:${key}`, versionAt(`${server}:${key}`) ?? 0];
        }
      }
    },
    get: versionAt,
    set(place, version) {
      const [server, key] = placeOf(place);
      const metadata = { asset: encodeURIComponent(JSON.stringify({ version })) };
      buckets[server].put(key, `version ${version}`, { metadata });
    },
    delete(place) {
      const [server, key] = placeOf(place);
      buckets[server].delete(key);
    },
  });

  const view: CompanyView = {
    company,
    get settings() {
      return settings();
    },
    setSettings(change) {
      const before = jobTable.get(settingsKey(company))?.item ?? {};
      jobTable.put(toStored({ ...before, ...change, ...settingsKey(company) }) as Item);
    },
    assets,
    history,
    jobs,
    queue: partition<QueuedJob>(
      jobTable,
      (id) => queueKey(company, id),
      ({ jobId, servers }) => ({ jobId, servers }) as QueuedJob,
      (queued) => ({ ...queued }),
    ),
    locks: partition<string>(
      jobTable,
      (server) => lockKey(company, server),
      ({ jobId }) => String(jobId),
      (jobId) => ({ jobId }),
    ),
    parts,
    schedules: mapView<Schedule>({
      ...partition<Schedule>(
        jobTable,
        (id) => scheduleKey(company, id),
        ({ pk, sk, ...schedule }) => schedule as unknown as Schedule,
        (schedule) => ({ ...schedule }),
      ),
      entries: () => {
        const { pk } = scheduleKey(company, '');
        return [...jobTable.rows(pk, startingWith(''), true, undefined)].map(({ item }) => {
          const { pk: _, sk, ...schedule } = copyOf(item);
          return [String(sk), schedule as unknown as Schedule] as [string, Schedule];
        });
      },
      set: (id, schedule) => {
        jobTable.put(toStored({ ...schedule, ...scheduleKey(company, id) }) as Item);
        jobTable.put(schedulingKey(company));
      },
    }),
    roles: partition<Role>(
      jobTable,
      (subject) => memberKey(company, subject),
      ({ role }) => role as Role,
      (role) => ({ role }),
    ),
    origins,
    unprocessed: () => {
      const { activeSort: prefix } = activeIndexKeys(company, '');
      return [...jobTable.all()]
        .filter(({ item }) => item.ended !== undefined && String(item.activeSort).startsWith(prefix))
        .map(({ item }) => String(item.activeSort).slice(prefix.length));
    },
    unmarkEnd(jobId) {
      const row = jobTable.get(jobKey(company, jobId));
      if (row) jobTable.put({ ...row.item, ...activeIndexKeys(company, jobId) });
    },
    notified: () =>
      messagesIn(cloudNames.NOTIFICATION_QUEUE).map(({ body, delay }) => ({
        message: body as NotificationMessage,
        delay,
      })),
    invalidated: () =>
      messagesIn(cloudNames.INVALIDATION_QUEUE).flatMap(({ body }) => {
        const { ids = ['*'] } = body as { ids?: string[] };
        return ids;
      }),
    log(jobId) {
      const prefix = logPrefix(company, jobId);
      const files = buckets['job-files'].keys().filter((key) => key.startsWith(prefix));
      const rank = (key: string) => {
        const name = key.slice(prefix.length);
        return name === beginFile ? 0 : name === endFile ? 2 : /^\d/.test(name) ? 1 : 3;
      };
      return files
        .sort((a, b) => rank(a) - rank(b))
        .flatMap((key) => buckets['job-files'].text(key).split('\n'))
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as LogEntry);
    },
    put(asset) {
      assets.set(asset.id, asset);
      const { folder } = asset;
      assetTable.put({ ...folderItemKey(company, folder), folder });
      const { masterKey, masterVersionId: versionId } = asset;
      if (!buckets.masters.get(masterKey, versionId))
        buckets.masters.put(masterKey, `${masterKey}@${versionId}`, {
          versionId,
          size: asset.bytes,
          type: asset.mimeType,
        });
    },
    putVersion(asset) {
      view.put(asset);
      assetTable.put(toStored({ ...versionItem(asset) }) as Item);
    },
    putSet(given, members) {
      const set = anAsset({
        company,
        type: 'image-set',
        mimeType: setMimeType,
        memberCount: members.length,
        ...given,
      });
      const record: SetRecord = {
        type: set.type as SetType,
        members: members.map((member) => (typeof member === 'string' ? { id: member } : member)),
      };
      const { masterKey, masterVersionId: versionId } = set;
      buckets.masters.delete(masterKey, versionId);
      buckets.masters.put(masterKey, printSetRecord(record), { versionId, type: setMimeType });
      view.put(set);
      for (const [member, places] of occurrencesInSet(record)) {
        assetTable.put({ ...memberOfKey(company, member, set.id), set: set.id, places });
      }
    },
    putDerived(parent, ids) {
      for (const id of ids) assetTable.put({ ...derivedKey(company, parent, id), derived: id });
    },
    readSetRecord: ({ masterKey, masterVersionId }) =>
      parseSetRecord(buckets.masters.text(masterKey, masterVersionId)),
  };
  return view;

  function messagesIn(queueUrl: string): SentMessage[] {
    return messages.filter(
      (sent) => sent.queueUrl === queueUrl && (sent.body as { company?: string }).company === company,
    );
  }

  function versionAt(place: string): number | undefined {
    const [server, key] = placeOf(place);
    const object = buckets[server].get(key);
    if (!object) return undefined;
    const facts = JSON.parse(decodeURIComponent(object.metadata.asset ?? '%7B%7D')) as { version?: number };
    return facts.version ?? 0;
  }
}

/** Converts an item once: a record that nobody has written stays the same object. */
function once<Value>(read: (item: Item) => Value): (item: Item) => Value {
  const known = new WeakMap<Item, Value>();
  return (item) => {
    const value = known.get(item) ?? read(copyOf(item));
    known.set(item, value);
    return value;
  };
}

function placeOf(place: string): [Server, string] {
  const at = place.indexOf(':');
  return [place.slice(0, at) as Server, place.slice(at + 1)];
}

/** Records with the same sort key, each in a partition of its own. */
function recordsBelow<Value>(
  table: MemoryTable,
  { pk: prefix, sk }: { pk: string; sk: string },
  keyOf: (id: string) => { pk: string; sk: string },
  read: (item: Item) => Value,
  itemOf: (value: Value) => object,
): MapView<Value> {
  return mapView<Value>({
    *entries() {
      for (const { item } of [...table.all()]) {
        if (item.sk === sk && String(item.pk).startsWith(prefix))
          yield [String(item.pk).slice(prefix.length), read(item)];
      }
    },
    get(id) {
      const row = table.get(keyOf(id));
      return row && read(row.item);
    },
    set: (id, value) => table.put(toStored({ ...itemOf(value), ...keyOf(id) }) as Item),
    delete: (id) => table.delete(keyOf(id)),
  });
}

function historyKeyOf(company: string, key: string): { pk: string; sk: string } {
  const [, id = '', event = '', at = '', server = ''] =
    /^(.*)#(PUBLISHED|WITHDRAWN)#([^#]*)#([^#]*)$/.exec(key) ?? [];
  return historyKey(company, id, event as HistoryEvent['event'], at, server);
}

function partKeyOf(company: string, key: string): { pk: string; sk: string } {
  const [jobId = '', level = '', part = ''] = key.split('/');
  return partKey(company, jobId, Number(level), Number(part));
}

function startingWith(prefix: string) {
  return { includes: (sort: unknown) => String(sort).startsWith(prefix), from: prefix };
}
