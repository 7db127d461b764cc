/**
 * Keys and indexes of the two tables, in one place, read by infra, functions and tests.
 * Imports neither the CDK nor an SDK.
 *
 * Asset table
 *   ASSET#<company>#<id>      ASSET                       the record, with `publications` by server
 *   ASSET#<company>#<id>      PUBLISHED#<time>#<server>   history (also WITHDRAWN#…, in the same order of time)
 *   COMPANY#<company>         FOLDER#<folder>             a folder that holds or held something
 *   index byFolder   folderKey = FOLDER#<company>#<folder>, id        keys only: publishing never writes it
 *   index pending    pendingKey = PENDING#<company>#<0..15>, id       sparse: only what some job could take
 *
 * Job table
 *   JOB#<company>#<id>        JOB                         the record with its live counts
 *   JOB#<company>#<id>        FILE#<number>               a file of an upload job, and its line of the log
 *   JOB#<company>#<id>        PART#<level>#<number>       what a finished part of a publish job counted
 *   QUEUE#<company>           <job id>                    publish jobs that wait, in the order of submission
 *   LOCK#<company>            <server>                    the one job that may write this server
 *   COMPANY#<company>         SETTINGS                    the company's settings
 *   COMPANY#<company>         MEMBER#<subject>            a membership and its role
 *   INVALIDATION#<company>    <id>                        a flush of the CDN
 *   index byCompany  companyKey = JOBS#<company>, jobId               keys only, newest last
 */
export const pendingShards = 16;

export const assetTable = {
  partitionKey: 'pk',
  sortKey: 'sk',
  indexes: {
    byFolder: { name: 'byFolder', partitionKey: 'folderKey', sortKey: 'id' },
    pending: { name: 'pending', partitionKey: 'pendingKey', sortKey: 'id' },
  },
} as const;

export const jobTable = {
  partitionKey: 'pk',
  sortKey: 'sk',
  timeToLive: 'expires',
  indexes: {
    byCompany: { name: 'byCompany', partitionKey: 'companyKey', sortKey: 'jobId' },
  },
} as const;

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

export const folderItemKey = (company: string, folder: string) => ({
  pk: `COMPANY#${company}`,
  sk: `FOLDER#${folder}`,
});

export const folderIndexKey = (company: string, folder: string) => `FOLDER#${company}#${folder}`;

/** The shard follows from the id alone, so that a record always finds its place again. FNV-1a spreads similar names. */
export function pendingIndexKey(company: string, id: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(id)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return pendingShardKey(company, hash % pendingShards);
}

export const pendingShardKey = (company: string, shard: number) => `PENDING#${company}#${shard}`;

export const jobKey = (company: string, id: string) => ({ pk: `JOB#${company}#${id}`, sk: 'JOB' });

export const fileKey = (company: string, jobId: string, file: number) => ({
  pk: `JOB#${company}#${jobId}`,
  sk: `FILE#${String(file).padStart(6, '0')}`,
});

export const partKey = (company: string, jobId: string, level: number, part: number) => ({
  pk: `JOB#${company}#${jobId}`,
  sk: `PART#${String(level).padStart(3, '0')}#${String(part).padStart(7, '0')}`,
});

export const queueKey = (company: string, jobId: string) => ({ pk: `QUEUE#${company}`, sk: jobId });

export const lockKey = (company: string, server: string) => ({ pk: `LOCK#${company}`, sk: server });

export const settingsKey = (company: string) => ({ pk: `COMPANY#${company}`, sk: 'SETTINGS' });

export const memberKey = (company: string, subject: string) => ({
  pk: `COMPANY#${company}`,
  sk: `MEMBER#${subject}`,
});

export const invalidationKey = (company: string, id: string) => ({ pk: `INVALIDATION#${company}`, sk: id });

export const jobsIndexKey = (company: string) => `JOBS#${company}`;
