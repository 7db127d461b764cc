/**
 * Keys and indexes of the tables, for infra, functions and tests. This file imports neither the CDK nor an SDK.
 *
 * Asset table
 *   ASSET#<company>#<id>      ASSET                       the record, with `publications` by server
 *   ASSET#<company>#<id>      PUBLISHED#<time>#<server>   history (also WITHDRAWN#…, in the same order of time)
 *   ASSET#<company>#<member>  MEMBEROF#<set>              a set that shows this asset, and how often
 *   ASSET#<company>#<parent>  DERIVED#<id>                a derived image of this image
 *   ASSET#<company>#<id>      VERSION#<number>            a version: its master, its facts, who made it
 *   COMPANY#<company>         FOLDER#<folder>             a folder that has or had content
 *   CLEAN-UP                  STATE                       the progress of the daily clean-up
 *   PROGRESS#clean-up-library    <company>                   the clean-up of a company that is under way
 *   index byFolder   folderKey = FOLDER#<company>#<folder>, id        keys only: publishing never writes it
 *                    folderKey = TRASH#<company>, id                  assets in the trash
 *   index byFolderDate, byFolderSize, byFolderType                    the same by modified, bytes, type
 *   index purge      purgeKey = PURGE#<date>#<0..3>, pk               sparse, keys only: what is due to be purged that day
 *   index byName     nameKey = NAME#<company>, nameSort = id in lower case     keys only, as is the next one
 *   index byType     typeKey = TYPE#<company>#<type>, modified
 *   index due        dueKey = DUE#<0..3>, dueSort = <time>#<company>  sparse, keys only: assets that apply-dates has to look at then
 *   index pending    pendingKey = PENDING#<company>#<0..15>, id       sparse: only assets that a job could take
 *
 * Job table
 *   JOB#<company>#<id>        JOB                         the record with its live counts
 *   JOB#<company>#<id>        FILE#<number>               a file of an upload job, and its log entry
 *   JOB#<company>#<id>        SET#<set>                   a set that an upload built or extended: its log entry
 *   JOB#<company>#<id>        PART#<level>#<number>       what a finished part of a publish job counted
 *   SUBMISSION#<company>      <idempotency key>           the job that was submitted with it, for a day
 *   JOB#<company>#<id>        NOTIFY#MAIL#<moment>#<subject>   that this member was mailed about it
 *   QUEUE#<company>           <job id>                    waiting publish jobs, in the order of submission
 *   LOCK#<company>            <server>                    the one job that may write to this server
 *   PERMITS                   <number>                    the job that holds one of the installation's permits to run
 *   WAITING                   <company>                   a company with a job that waits for a permit
 *   COMPANY#<company>         SETTINGS                    the company's settings
 *   COMPANY#<company>         QUOTA                       how many assets and bytes the company may have
 *   USAGE#<company>           <day>                       what the company used on a day, kept 13 months
 *   COUNTED-LOG#<hash>        COUNTED                     a log file of CloudFront that was counted, for a month
 *   COMPANY#<company>         METADATA-SCHEMA             the metadata fields of the company's assets
 *   COMPANY#<company>         MEMBER#<subject>            a membership and its role
 *   SUBJECT#<subject>         COMPANY#<company>           that the subject is a member of the company
 *   COMPANIES                 <company>                   a company that has or had members
 *   COMPANY#<company>         PRESET#<name>               a batch set preset
 *   DELIVERIES#<company>      <job id>                    the attempts of the notification about a job's end
 *   CHANGES#<company>         STATE                       when something of each kind was last changed
 *   AUDIT#<company>           <id>                        an audited request, kept 13 months
 *   INVALIDATION#<company>    <id>                        an invalidation of the CDN cache
 *   INVALIDATED#<company>     <month>                     the number of cache tags that were invalidated in a month
 *   SCHEDULES#<company>       <id>                        a schedule of publish jobs
 *   SCHEDULING                <company>                   a company that has or had schedules
 *   TRIGGER#<hash>            TRIGGER                     the schedule that a trigger URL starts
 *   TRIGGER#<hash>            MESSAGE#<webhook-id>        the job that a notification to this URL started
 *   TOKEN#<hash>              TOKEN                       the member that an access token of ours is for, until it expires
 *   LIMIT#<what>              <window>                    the number of calls in a period of time
 *   PROGRESS#<function>          <company>                   where a periodic function goes on with a company
 *   COPY#<hash of its ends>   COPY                        the multipart upload of a copy that is under way
 *   index byTime     companyKey = JOBS#<company>, id                  sparse: ended jobs, with the attributes that lists filter and sort by
 *   index byUser     userKey = JOBS#<company>#<user>, id              the same by user: the user that the job runs as, or its submitter
 *   index active     activeKey = ACTIVE#<0..15>, activeSort = <company>#<id>   sparse: jobs that have not ended, or whose end is
 *                                                                    not processed yet, with the attributes that lists filter by
 *
 * Secret table: only serve-api and send-notification read it
 *   SECRETS#<company>         WEBHOOK                     the secrets that sign the company's notifications
 *   CURSORS                   KEY                         the key that signs the cursors of lists
 */
import { foldName } from '../../domain/library/search-filters.ts';
import { cutToBytes, utf8Bytes } from '../../domain/utf8-bytes.ts';

/** Bytes; DynamoDB takes sort keys of 1,024. */
const maxSetLogBytes = 1_000;

export const pendingShards = 16;

/** By company. Each takes a thousand writes a second: 250 jobs, with about four writes each. */
export const activeShards = 16;

/** Enough to purge a library of 100,000 assets in a day: this index is then written as fast as the table. */
export const purgeShards = 4;

/** Assets with dates: as many writes a second as for the trash. */
export const dueShards = 4;

export const assetTable = {
  partitionKey: 'pk',
  sortKey: 'sk',
  indexes: {
    byFolder: { name: 'byFolder', partitionKey: 'folderKey', sortKey: 'id' },
    byFolderDate: { name: 'byFolderDate', partitionKey: 'folderKey', sortKey: 'modified' },
    byFolderSize: { name: 'byFolderSize', partitionKey: 'folderKey', sortKey: 'bytes' },
    byFolderType: { name: 'byFolderType', partitionKey: 'folderKey', sortKey: 'type' },
    purge: { name: 'purge', partitionKey: 'purgeKey', sortKey: 'pk' },
    due: { name: 'due', partitionKey: 'dueKey', sortKey: 'dueSort' },
    byName: { name: 'byName', partitionKey: 'nameKey', sortKey: 'nameSort' },
    byType: { name: 'byType', partitionKey: 'typeKey', sortKey: 'modified' },
    pending: {
      name: 'pending',
      partitionKey: 'pendingKey',
      sortKey: 'id',
      // What a plan is made of, so that planning reads no record.
      includes: ['version', 'type', 'intent', 'publications', 'folder', 'bytes', 'derivedCount'],
    },
  },
} as const;

/** Days that jobs, their items and their logs are kept after their end: 13 months. */
export const jobDays = 396;

/** Attributes that lists of jobs filter and sort by. All are final when a job has ended, except corrected counts. */
const listedAttributes = [
  'id',
  'kind',
  'name',
  'status',
  'submittedBy',
  'runAs',
  'folder',
  'counts',
  'started',
  'ended',
] as const;

/** Ended jobs in the order of submission: all of a company, and those of each user. */
export const jobLists = {
  byTime: { name: 'byTime', partitionKey: 'companyKey', sortKey: 'id', includes: listedAttributes },
  byUser: { name: 'byUser', partitionKey: 'userKey', sortKey: 'id', includes: listedAttributes },
} as const;

export const jobTable = {
  partitionKey: 'pk',
  sortKey: 'sk',
  timeToLive: 'expires',
  indexes: {
    ...jobLists,
    active: {
      name: 'active',
      partitionKey: 'activeKey',
      sortKey: 'activeSort',
      // None of these changes with the live counts.
      includes: ['kind', 'name', 'status', 'submittedBy', 'runAs', 'folder'],
    },
  },
} as const;

export const secretTable = { partitionKey: 'pk', sortKey: 'sk' } as const;

export const assetKey = (company: string, id: string) => ({ pk: `ASSET#${company}#${id}`, sk: 'ASSET' });

export const historyKey = (
  company: string,
  id: string,
  event: 'PUBLISHED' | 'WITHDRAWN',
  at: string,
  server: string,
) => ({
  pk: `ASSET#${company}#${id}`,
  sk: `${event}#${at}#${server}`,
});

export const memberOfKey = (company: string, member: string, set: string) => ({
  pk: `ASSET#${company}#${member}`,
  sk: `MEMBEROF#${set}`,
});

export const derivedKey = (company: string, parent: string, id: string) => ({
  pk: `ASSET#${company}#${parent}`,
  sk: `DERIVED#${id}`,
});

/** Numbers of ten digits, so that the keys sort like the versions. */
export const versionKey = (company: string, id: string, version: number) => ({
  pk: `ASSET#${company}#${id}`,
  sk: `VERSION#${String(version).padStart(10, '0')}`,
});

export const nameIndexKey = (company: string) => `NAME#${company}`;

export const typeIndexKey = (company: string, type: string) => `TYPE#${company}#${type}`;

/**
 * The keys that searches use. All names of a company are in one partition, which lists them in order. It is written only
 * when an asset is made or renamed, far below a partition's 1,000 writes a second.
 */
export const searchIndexKeys = (company: string, id: string, type: string) => ({
  nameKey: nameIndexKey(company),
  nameSort: foldName(id),
  typeKey: typeIndexKey(company, type),
});

export const folderItemKey = (company: string, folder: string) => ({
  pk: `COMPANY#${company}`,
  sk: `FOLDER#${folder}`,
});

export const cleanUpKey = { pk: 'CLEAN-UP', sk: 'STATE' } as const;

export const trashIndexKey = (company: string) => `TRASH#${company}`;

/** @param date `2026-11-24`, UTC */
export const purgeShardKey = (date: string, shard: number) => `PURGE#${date}#${shard}`;

/** @param key the partition key of the item, which decides the shard */
export const purgeIndexKey = (date: string, key: string) => purgeShardKey(date, hashOf(key) % purgeShards);

export const dueShardKey = (shard: number) => `DUE#${shard}`;

/** Sorts by time, then by company. */
export const dueSortKey = (due: string, company: string) => `${due}#${company}`;

/** @param due ISO 8601, UTC */
export const dueIndexKeys = (due: string, company: string, id: string) => ({
  dueKey: dueShardKey(hashOf(id) % dueShards),
  dueSort: dueSortKey(due, company),
});

export const folderIndexKey = (company: string, folder: string) => `FOLDER#${company}#${folder}`;

/** The shard depends only on the id, so that a record stays in its shard. FNV-1a spreads similar names. */
export function pendingIndexKey(company: string, id: string): string {
  return pendingShardKey(company, hashOf(id) % pendingShards);
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

export const pendingShardKey = (company: string, shard: number) => `PENDING#${company}#${shard}`;

export const jobKey = (company: string, id: string) => ({ pk: `JOB#${company}#${id}`, sk: 'JOB' });

export const fileKey = (company: string, jobId: string, file: number) => ({
  pk: `JOB#${company}#${jobId}`,
  sk: `FILE#${String(file).padStart(6, '0')}`,
});

/** @param set id of the set and name of the preset. An id that is refused because it is too long has an entry too */
export const setLogKey = (company: string, jobId: string, set: string) => ({
  pk: `JOB#${company}#${jobId}`,
  sk: `SET#${utf8Bytes(set) <= maxSetLogBytes ? set : `${cutToBytes(set, maxSetLogBytes)}#${hashOf(set)}`}`,
});

export const partKey = (company: string, jobId: string, level: number, part: number) => ({
  pk: `JOB#${company}#${jobId}`,
  sk: `PART#${String(level).padStart(3, '0')}#${String(part).padStart(7, '0')}`,
});

/** One partition for each company, so that one query lists them: written once for each attempt. */
export const webhookAttemptsKey = (company: string, jobId: string) => ({
  pk: `DELIVERIES#${company}`,
  sk: jobId,
});

export const mailKey = (company: string, jobId: string, moment: string, subject: string) => ({
  pk: `JOB#${company}#${jobId}`,
  sk: `NOTIFY#MAIL#${moment}#${subject}`,
});

export const triggerKey = (hash: string) => ({ pk: `TRIGGER#${hash}`, sk: 'TRIGGER' });

export const triggerMessageKey = (hash: string, messageId: string) => ({
  pk: `TRIGGER#${hash}`,
  sk: `MESSAGE#${messageId}`,
});

export const accessTokenKey = (hash: string) => ({ pk: `TOKEN#${hash}`, sk: 'TOKEN' });

/** @param window the beginning of the period, ISO 8601 */
export const rateLimitKey = (what: string, window: string) => ({ pk: `LIMIT#${what}`, sk: window });

export const cursorKeyKey = { pk: 'CURSORS', sk: 'KEY' } as const;

/** @param hash of source and target of the copy */
export const copyKey = (hash: string) => ({ pk: `COPY#${hash}`, sk: 'COPY' });

/** @param hash of the folder and the location of a file in a source */
export const sourceKey = (company: string, hash: string) => ({
  pk: `SOURCE#${company}#${hash}`,
  sk: 'SOURCE',
});

export const webhookSecretsKey = (company: string) => ({ pk: `SECRETS#${company}`, sk: 'WEBHOOK' });

export const queueKey = (company: string, jobId: string) => ({ pk: `QUEUE#${company}`, sk: jobId });

export const submissionKey = (company: string, key: string) => ({ pk: `SUBMISSION#${company}`, sk: key });

export const lockKey = (company: string, server: string) => ({ pk: `LOCK#${company}`, sk: server });

/** Numbers of four digits: a few dozen permits in one partition, written twice by each job. */
export const permitKey = (permit: number) => ({ pk: 'PERMITS', sk: String(permit).padStart(4, '0') });

/**
 * All companies share one partition. It is written when a job has to wait and when it stops waiting, and takes a thousand
 * such writes a second.
 */
export const waitingKey = (company: string) => ({ pk: 'WAITING', sk: company });

export const settingsKey = (company: string) => ({ pk: `COMPANY#${company}`, sk: 'SETTINGS' });

export const quotaKey = (company: string) => ({ pk: `COMPANY#${company}`, sk: 'QUOTA' });

/** @param day `2026-11-24`, UTC */
export const usageKey = (company: string, day: string) => ({ pk: `USAGE#${company}`, sk: day });

/** @param hash of the name of the file */
export const countedLogKey = (hash: string) => ({ pk: `COUNTED-LOG#${hash}`, sk: 'COUNTED' });

export const metadataSchemaKey = (company: string) => ({ pk: `COMPANY#${company}`, sk: 'METADATA-SCHEMA' });

export const memberKey = (company: string, subject: string) => ({
  pk: `COMPANY#${company}`,
  sk: `MEMBER#${subject}`,
});

export const membershipKey = (subject: string, company: string) => ({
  pk: `SUBJECT#${subject}`,
  sk: `COMPANY#${company}`,
});

export const companyListKey = (company: string) => ({ pk: 'COMPANIES', sk: company });

export const presetKey = (company: string, name: string) => ({
  pk: `COMPANY#${company}`,
  sk: `PRESET#${name}`,
});

/** Written by each process at most once in 2 seconds for each kind. */
export const changesKey = (company: string) => ({ pk: `CHANGES#${company}`, sk: 'STATE' });

/** One partition for each company: admins make far fewer changes than a partition takes. */
export const auditKey = (company: string, id: string) => ({ pk: `AUDIT#${company}`, sk: id });

export const invalidationKey = (company: string, id: string) => ({ pk: `INVALIDATION#${company}`, sk: id });

/** @param month `2026-11`, UTC */
export const invalidatedKey = (company: string, month: string) => ({
  pk: `INVALIDATED#${company}`,
  sk: month,
});

export const scheduleKey = (company: string, id: string) => ({ pk: `SCHEDULES#${company}`, sk: id });

export const schedulingKey = (company: string) => ({ pk: 'SCHEDULING', sk: company });

/** Partition of the index `byTime`. */
export const jobsIndexKey = (company: string) => `JOBS#${company}`;

/** Partition of the index `byUser`. */
export const userJobsIndexKey = (company: string, user: string) => `JOBS#${company}#${user}`;

/**
 * Attributes that put an ended job into the lists of its company: two index rows, each a write unit while it has less than
 * 1 kB. The write that ends the job sets them. The job's id is the sort key of both indexes.
 */
export const endedIndexKeys = (company: string, user: string) => ({
  companyKey: jobsIndexKey(company),
  userKey: userJobsIndexKey(company, user),
});

export const activeShardKey = (shard: number) => `ACTIVE#${shard}`;

/**
 * The index keys of a job that has not ended. A company is in one shard, so that one query lists its jobs. The index is
 * written when a job is made, begins, is asked to stop and ends, never by the live counts.
 */
export const activeIndexKeys = (company: string, jobId: string) => ({
  activeKey: activeShardKey(hashOf(company) % activeShards),
  activeSort: `${company}#${jobId}`,
});

/** @param of the function */
export const progressKey = (of: string, company: string) => ({ pk: `PROGRESS#${of}`, sk: company });
