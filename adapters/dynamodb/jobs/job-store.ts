/** Jobs, their queue and their locks in the job table. */
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Server } from '../../../domain/delivery/server.ts';
import { addByServer, type CountsChange, emptyByServer, isEmptyChange } from '../../../domain/jobs/counts.ts';
import type {
  CountsByServer,
  Job,
  JobCounts,
  JobStatus,
  PublishJob,
  ServerCounts,
  terminalStatuses,
} from '../../../domain/jobs/job.ts';
import { jobUser } from '../../../domain/jobs/job-order.ts';
import type { Locks, QueuedJob } from '../../../domain/jobs/queue.ts';
import {
  activeIndexKeys,
  endedIndexKeys,
  jobKey,
  jobLists,
  jobTable,
  lockKey,
  partKey,
  queueKey,
  submissionKey,
} from '../keys.ts';
import { isConditionFailure } from '../table/condition-failure.ts';
import { expiryOf } from '../table/expiry.ts';
import { queryPages } from '../table/query-pages.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';

/** Seconds that an idempotency key is known. */
const submissionsKeptFor = 24 * 60 * 60;

/** What a part of a publish job came to. */
export interface PartRecord {
  readonly level: number;
  readonly part: number;
  readonly counts: JobCounts;
  /** The same by server. */
  readonly perServer: CountsByServer;
  /** finish-job wrote it, because no worker had: counts of a worker that comes late are added to the job's. */
  readonly closed: boolean;
  /** When it was written: ISO 8601, UTC. */
  readonly at: string;
}

export interface JobEnd {
  readonly status: (typeof terminalStatuses)[number];
  readonly counts: JobCounts;
  /** The same by server, for a publish job. */
  readonly perServer?: CountsByServer;
  readonly ended: string;
  /** Of a publish job, as it was before its parts were added up. */
  readonly corrections?: number | undefined;
  /** Why a `failed` job failed. */
  readonly reason?: string;
}

/** What a job was submitted with, so that it is submitted once. */
export interface Submission {
  /** The idempotency key that its submitter chose. */
  readonly key: string;
  /** A hash of what was asked for. */
  readonly request: string;
}

export interface JobStore {
  /**
   * Writes a publish job and its place in the queue, both or none: 5 write units, one of them in the index of active
   * jobs. With a submission, 2 more.
   * @returns false if there is a job of that id, or a submission with that key, already
   */
  createPublishJob(job: PublishJob, submission?: Submission): Promise<boolean>;
  /** Strongly consistent. Undefined where none with that key was made within a day. */
  findSubmission(company: string, key: string): Promise<{ jobId: string; request: string } | undefined>;
  /** Strongly consistent: half a read unit for each 2 kB. */
  getJob(company: string, jobId: string): Promise<Job | undefined>;
  /**
   * Stops a job that waits, and takes it out of the queue. As with `endJob`, its end is still to be told; its user is
   * read first, for the index of ended jobs by user.
   * @returns false if it is not queued
   */
  stopQueuedJob(company: string, jobId: string, stop: { by: string; at: string }): Promise<boolean>;
  /**
   * Asks a running job to stop at its next safe point.
   * @param at ISO 8601, UTC: kept, as force may be used some minutes after it
   * @returns false if it is not running
   */
  requestStop(company: string, jobId: string, by: string, at: string): Promise<boolean>;
  /** The jobs that wait, oldest first. */
  readQueue(company: string): Promise<QueuedJob[]>;
  readLocks(company: string): Promise<Locks>;
  /**
   * Takes the locks of a queued job's servers, takes it out of the queue and sets it running: all or nothing.
   * @param stale locks whose jobs have ended or are gone: these may be taken over
   * @returns false if it is not queued any more, was started anew meanwhile, or another job holds a lock
   */
  takeLocksAndRun(
    job: PublishJob,
    run: { execution: string; name: string; started: string },
    stale: Locks,
  ): Promise<boolean>;
  /** Frees the locks that the job holds; others stay. */
  freeLocks(company: string, jobId: string, servers: readonly Server[]): Promise<void>;
  /**
   * Counts a further execution of a queued job.
   * @returns its number; undefined if the job is not queued or somebody else counted meanwhile
   */
  countExecution(job: PublishJob): Promise<number | undefined>;
  /**
   * Adds to the live counts of a job that has not ended: one write unit, as long as its item has less than 1 kB. On all
   * four servers that is a name of 40 characters and no further options; one with a notification takes two.
   * @param byServer the same by server: only for a job that has such counts
   * @returns the status after it, as a strongly consistent read would tell; undefined if the job has ended or is gone
   */
  addCounts(
    company: string,
    jobId: string,
    change: CountsChange,
    byServer?: CountsByServer,
  ): Promise<JobStatus | undefined>;
  /**
   * Sets the number of lines that are planned so far.
   * @param plannedAt the time, where the plan is whole by it: ISO 8601, UTC
   * @returns the status after it; undefined if the job has ended or is gone
   */
  setTotal(company: string, jobId: string, total: number, plannedAt?: string): Promise<JobStatus | undefined>;
  /**
   * Notes how many parts that broke off have been looked at, so that a further finish-job goes on there.
   * @returns the status after it; undefined if the job has ended or is gone
   */
  recordClosing(
    company: string,
    jobId: string,
    closing: NonNullable<PublishJob['closing']>,
  ): Promise<JobStatus | undefined>;
  /**
   * Writes what a worker counted in its part. A part run again writes the same once more.
   * @returns false if another has counted something else, or finish-job has closed the part: then nothing is written
   */
  putPart(company: string, jobId: string, part: PartRecord): Promise<boolean>;
  /**
   * Closes a part whose worker wrote nothing. Whoever closes it first has counted it: two that end a job at once come to
   * the same sum.
   * @returns what is recorded of the part: what was given, or what somebody else has written before
   */
  closePart(company: string, jobId: string, part: PartRecord): Promise<PartRecord>;
  /** What is recorded of a part. Strongly consistent: a read unit. */
  getPart(
    company: string,
    jobId: string,
    place: Pick<PartRecord, 'level' | 'part'>,
  ): Promise<PartRecord | undefined>;
  /**
   * Replaces the counts of a part. Those of a job that has ended are changed by the difference; of one that goes on, whoever
   * has begun to add up will have to do so again. 4 write units, and for a job that has ended one in each of its two
   * indexes.
   * @param before what they replace
   * @param hasEnded whether the job has
   * @returns false if something else is recorded by now, or the job has ended meanwhile: then nothing is written
   */
  replacePart(
    company: string,
    jobId: string,
    before: PartRecord,
    part: PartRecord,
    hasEnded: boolean,
  ): Promise<boolean>;
  /**
   * Page by page, in the order of levels and parts; strongly consistent unless told. A record has some 250 bytes: half a
   * read unit for 16 of them, twice that consistently.
   */
  listParts(
    company: string,
    jobId: string,
    options?: {
      /** Only those behind this one. */
      readonly after?: Pick<PartRecord, 'level' | 'part'> | undefined;
      readonly consistent?: boolean;
    },
  ): AsyncIterable<PartRecord>;
  /**
   * Ends a job and puts it into the lists of ended jobs: one or two write units for its item, by its size, one in the
   * index of active jobs and one in each of the two indexes of ended ones. Its user is read first, a read unit, for the
   * index by user. It stays among those that listActive gives until `markEndProcessed`: whoever ends it may die before it has told.
   * @param from the status that the end was worked out for
   * @returns false if the job is in another status now, or a part was counted anew
   */
  endJob(company: string, jobId: string, from: JobStatus, end: JobEnd): Promise<boolean>;
  /**
   * Notes that all that follows the end of a job has been done: it leaves the index of active jobs. 1 write unit, 2 for a
   * job above 1 kB; that of the index is the one that the end itself does not take. Of one that goes on, or is gone,
   * nothing is written.
   */
  markEndProcessed(company: string, jobId: string): Promise<void>;
}

/** A job as its item, with its place in the index of active jobs or in the lists of ended ones. */
export function jobItem(job: Job) {
  const { company, id, ended } = job;
  return {
    ...job,
    ...jobKey(company, id),
    ...(ended === undefined ? activeIndexKeys(company, id) : endedIndexKeys(company, jobUser(job))),
  };
}

/** What an item has that is not the job's own. */
const ofItem = new Set<string>([
  'pk',
  'sk',
  jobTable.timeToLive,
  ...Object.values(jobTable.indexes).flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]),
]);
ofItem.delete(jobLists.byTime.sortKey);

/** The job of an item. */
export function jobOf(item: Record<string, unknown>): Job {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !ofItem.has(name))) as unknown as Job;
}

function secondsOf(time: string): number {
  return Math.floor(Date.parse(time) / 1_000);
}

export function jobStore(documents: DynamoDBDocumentClient, tableName: string): JobStore {
  return {
    async createPublishJob(job, submission) {
      return succeeded(() =>
        documents.send(
          new TransactWriteCommand({
            TransactItems: [
              {
                Put: {
                  TableName: tableName,
                  Item: jobItem(job),
                  ConditionExpression: 'attribute_not_exists(pk)',
                },
              },
              {
                Put: {
                  TableName: tableName,
                  Item: { ...queueKey(job.company, job.id), jobId: job.id, servers: job.servers },
                },
              },
              ...(submission === undefined ? [] : [submissionOf(job, submission)]),
            ],
          }),
        ),
      );
    },

    getJob,

    async findSubmission(company, key) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: submissionKey(company, key), ConsistentRead: true }),
      );
      return Item && { jobId: String(Item.jobId), request: String(Item.request) };
    },

    async stopQueuedJob(company, jobId, { by, at }) {
      const job = await getJob(company, jobId);
      if (job?.status !== 'queued') return false;
      const listed = setting(endedIndexKeys(company, jobUser(job)));
      return succeeded(() =>
        documents.send(
          new TransactWriteCommand({
            TransactItems: [
              {
                Update: {
                  TableName: tableName,
                  Key: jobKey(company, jobId),
                  UpdateExpression: `SET #status = :stopped, stoppedBy = :by, ended = :at, #expires = :expires, ${listed.sets}`,
                  ConditionExpression: '#status = :queued',
                  ExpressionAttributeNames: { '#status': 'status', '#expires': jobTable.timeToLive },
                  ExpressionAttributeValues: {
                    ':stopped': 'stopped',
                    ':queued': 'queued',
                    ':by': by,
                    ':at': at,
                    ':expires': expiryOf(at),
                    ...listed.values,
                  },
                },
              },
              { Delete: { TableName: tableName, Key: queueKey(company, jobId) } },
            ],
          }),
        ),
      );
    },

    async requestStop(company, jobId, by, at) {
      return succeeded(() =>
        documents.send(
          new UpdateCommand({
            TableName: tableName,
            Key: jobKey(company, jobId),
            UpdateExpression: 'SET #status = :stopping, stoppedBy = :by, stopRequested = :at',
            ConditionExpression: '#status = :running',
            ExpressionAttributeNames: { '#status': 'status' },
            ExpressionAttributeValues: {
              ':stopping': 'stopping',
              ':running': 'running',
              ':by': by,
              ':at': at,
            },
          }),
        ),
      );
    },

    async readQueue(company) {
      const items = await queryAll(queueKey(company, '').pk);
      return items.map((item) => ({ jobId: String(item.jobId), servers: item.servers as Server[] }));
    },

    async readLocks(company) {
      const items = await queryAll(lockKey(company, '').pk);
      return Object.fromEntries(items.map((item) => [item.sk, String(item.jobId)]));
    },

    async takeLocksAndRun(job, { execution, name, started }, stale) {
      const { company, id } = job;
      return succeeded(() =>
        documents.send(
          new TransactWriteCommand({
            TransactItems: [
              ...job.servers.map((server) => ({
                Put: {
                  TableName: tableName,
                  Item: { ...lockKey(company, server), jobId: id, taken: started },
                  ConditionExpression:
                    stale[server] === undefined
                      ? 'attribute_not_exists(pk) OR jobId = :own'
                      : 'attribute_not_exists(pk) OR jobId = :own OR jobId = :stale',
                  ExpressionAttributeValues: {
                    ':own': id,
                    ...(stale[server] === undefined ? {} : { ':stale': stale[server] }),
                  },
                },
              })),
              {
                Update: {
                  TableName: tableName,
                  Key: jobKey(company, id),
                  UpdateExpression:
                    'SET #status = :running, #name = :name, started = :started, execution = :execution, perServer = :perServer',
                  ConditionExpression: '#status = :queued AND executionNumber = :executionNumber',
                  ExpressionAttributeNames: { '#status': 'status', '#name': 'name' },
                  ExpressionAttributeValues: {
                    ':queued': 'queued',
                    ':executionNumber': job.executionNumber,
                    ':running': 'running',
                    ':name': name,
                    ':started': started,
                    ':execution': execution,
                    ':perServer': emptyByServer(job.servers),
                  },
                },
              },
              { Delete: { TableName: tableName, Key: queueKey(company, id) } },
            ],
          }),
        ),
      );
    },

    async freeLocks(company, jobId, servers) {
      await Promise.all(
        servers.map((server) =>
          succeeded(() =>
            documents.send(
              new DeleteCommand({
                TableName: tableName,
                Key: lockKey(company, server),
                ConditionExpression: 'jobId = :job',
                ExpressionAttributeValues: { ':job': jobId },
              }),
            ),
          ),
        ),
      );
    },

    async countExecution({ company, id, executionNumber }) {
      const counted = await succeeded(() =>
        documents.send(
          new UpdateCommand({
            TableName: tableName,
            Key: jobKey(company, id),
            UpdateExpression: 'SET executionNumber = :next',
            ConditionExpression: '#status = :queued AND executionNumber = :executionNumber',
            ExpressionAttributeNames: { '#status': 'status' },
            ExpressionAttributeValues: {
              ':queued': 'queued',
              ':executionNumber': executionNumber,
              ':next': executionNumber + 1,
            },
          }),
        ),
      );
      return counted ? executionNumber + 1 : undefined;
    },

    async addCounts(company, jobId, change, byServer = {}) {
      const changes = additions(change, byServer);
      if (isEmptyChange(change)) throw new Error('addCounts was called with nothing to add');
      return updateActive(company, jobId, changes.update, changes.names, changes.values);
    },

    async setTotal(company, jobId, total, plannedAt) {
      return updateActive(
        company,
        jobId,
        `SET counts.#total = :total${plannedAt === undefined ? '' : ', plannedAt = :plannedAt'}`,
        { '#total': 'total' },
        { ':total': total, ...(plannedAt === undefined ? {} : { ':plannedAt': plannedAt }) },
      );
    },

    async recordClosing(company, jobId, closing) {
      return updateActive(company, jobId, 'SET closing = :closing', {}, { ':closing': closing });
    },

    async putPart(company, jobId, part) {
      return succeeded(() =>
        documents.send(
          new PutCommand({
            TableName: tableName,
            Item: partItem(company, jobId, part),
            ConditionExpression:
              'attribute_not_exists(pk) OR (closed = :no AND counts = :counts AND perServer = :perServer)',
            ExpressionAttributeValues: {
              ':no': false,
              ':counts': part.counts,
              ':perServer': part.perServer,
            },
          }),
        ),
      );
    },

    async closePart(company, jobId, part) {
      try {
        await documents.send(
          new PutCommand({
            TableName: tableName,
            Item: partItem(company, jobId, part),
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
        return part;
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
        return (await getPart(company, jobId, part)) ?? part;
      }
    },

    getPart,

    async replacePart(company, jobId, before, part, hasEnded) {
      const change = Object.fromEntries(
        Object.entries(part.counts).map(([name, value]) => [
          name,
          value - before.counts[name as keyof JobCounts],
        ]),
      );
      const changes = additions(change, addByServer(part.perServer, negated(before.perServer)));
      const active = { ':running': 'running', ':stopping': 'stopping' };
      const jobParams = hasEnded
        ? {
            // Where nothing differs the item is still written: it must not change between read and write.
            UpdateExpression: changes.update || 'SET #status = #status',
            ConditionExpression: 'NOT #status IN (:queued, :running, :stopping)',
            ExpressionAttributeNames: { ...changes.names, '#status': 'status' },
            ExpressionAttributeValues: { ...changes.values, ...active, ':queued': 'queued' },
          }
        : {
            UpdateExpression: 'ADD corrections :one',
            ConditionExpression: '#status IN (:running, :stopping)',
            ExpressionAttributeNames: { '#status': 'status' },
            ExpressionAttributeValues: { ...active, ':one': 1 },
          };
      return succeeded(() =>
        documents.send(
          new TransactWriteCommand({
            TransactItems: [
              {
                Put: {
                  TableName: tableName,
                  Item: partItem(company, jobId, part),
                  ConditionExpression: 'closed = :closed AND counts = :before AND #at = :at',
                  ExpressionAttributeNames: { '#at': 'at' },
                  ExpressionAttributeValues: {
                    ':closed': before.closed,
                    ':before': before.counts,
                    ':at': before.at,
                  },
                },
              },
              { Update: { TableName: tableName, Key: jobKey(company, jobId), ...jobParams } },
            ],
          }),
        ),
      );
    },

    async *listParts(company, jobId, { after, consistent = true } = {}) {
      const { pk } = jobKey(company, jobId);
      const pages = queryPages(documents, {
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :part)',
        ExpressionAttributeValues: { ':pk': pk, ':part': 'PART#' },
        ConsistentRead: consistent,
        ...(after === undefined
          ? {}
          : { ExclusiveStartKey: partKey(company, jobId, after.level, after.part) }),
      });
      for await (const items of pages) yield* items.map(partOf);
    },

    async endJob(company, jobId, from, { status, counts, perServer, ended, corrections, reason }) {
      const job = await getJob(company, jobId);
      if (job?.status !== from) return false;
      const listed = setting(endedIndexKeys(company, jobUser(job)));
      const end = {
        TableName: tableName,
        Key: jobKey(company, jobId),
        UpdateExpression: `SET #status = :status, counts = :counts, ended = :ended, #expires = :expires, ${listed.sets}${
          reason === undefined ? '' : ', reason = :reason'
        }${perServer === undefined ? '' : ', perServer = :perServer'} REMOVE closing, corrections`,
        ConditionExpression: `#status = :from AND ${
          corrections === undefined ? 'attribute_not_exists(corrections)' : 'corrections = :corrections'
        }`,
        ExpressionAttributeNames: { '#status': 'status', '#expires': jobTable.timeToLive },
        ExpressionAttributeValues: {
          ':from': from,
          ':status': status,
          ':counts': counts,
          ':ended': ended,
          ':expires': expiryOf(ended),
          ...listed.values,
          ...(corrections === undefined ? {} : { ':corrections': corrections }),
          ...(reason === undefined ? {} : { ':reason': reason }),
          ...(perServer === undefined ? {} : { ':perServer': perServer }),
        },
      };
      if (from !== 'queued') return succeeded(() => documents.send(new UpdateCommand(end)));
      // A job that cannot even begin still stands in the queue.
      const queued = { Delete: { TableName: tableName, Key: queueKey(company, jobId) } };
      return succeeded(() =>
        documents.send(new TransactWriteCommand({ TransactItems: [{ Update: end }, queued] })),
      );
    },

    async markEndProcessed(company, jobId) {
      await succeeded(() =>
        documents.send(
          new UpdateCommand({
            TableName: tableName,
            Key: jobKey(company, jobId),
            UpdateExpression: 'REMOVE activeKey, activeSort',
            ConditionExpression: 'attribute_exists(ended)',
          }),
        ),
      );
    },
  };

  async function getJob(company: string, jobId: string): Promise<Job | undefined> {
    const { Item } = await documents.send(
      new GetCommand({ TableName: tableName, Key: jobKey(company, jobId), ConsistentRead: true }),
    );
    return Item && jobOf(Item);
  }

  function submissionOf({ company, id, submitted }: PublishJob, { key, request }: Submission) {
    const expires = secondsOf(submitted) + submissionsKeptFor;
    return {
      Put: {
        TableName: tableName,
        Item: { ...submissionKey(company, key), jobId: id, request, [jobTable.timeToLive]: expires },
        // DynamoDB may sweep it a day late.
        ConditionExpression: 'attribute_not_exists(pk) OR #expires < :now',
        ExpressionAttributeNames: { '#expires': jobTable.timeToLive },
        ExpressionAttributeValues: { ':now': secondsOf(submitted) },
      },
    };
  }

  async function getPart(
    company: string,
    jobId: string,
    { level, part }: Pick<PartRecord, 'level' | 'part'>,
  ): Promise<PartRecord | undefined> {
    const { Item } = await documents.send(
      new GetCommand({
        TableName: tableName,
        Key: partKey(company, jobId, level, part),
        ConsistentRead: true,
      }),
    );
    return Item && partOf(Item);
  }

  /** Strongly consistent, all pages: queue and locks of a company are few. */
  async function queryAll(pk: string): Promise<Record<string, unknown>[]> {
    const items: Record<string, unknown>[] = [];
    const pages = queryPages(documents, {
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ConsistentRead: true,
    });
    for await (const page of pages) items.push(...page);
    return items;
  }

  /** The status comes with the write itself: asking for it separately would cost a read. */
  async function updateActive(
    company: string,
    jobId: string,
    update: string,
    names: Record<string, string>,
    values: Record<string, unknown>,
  ): Promise<JobStatus | undefined> {
    try {
      const { Attributes } = await retryConflicts(() =>
        documents.send(
          new UpdateCommand({
            TableName: tableName,
            Key: jobKey(company, jobId),
            UpdateExpression: update,
            ConditionExpression: '#status IN (:running, :stopping)',
            ExpressionAttributeNames: { ...names, '#status': 'status' },
            ExpressionAttributeValues: { ...values, ':running': 'running', ':stopping': 'stopping' },
            ReturnValues: 'ALL_NEW',
          }),
        ),
      );
      return Attributes?.status as JobStatus | undefined;
    } catch (error) {
      if (isConditionFailure(error)) return undefined;
      throw error;
    }
  }
}

/** The part of an update that sets these attributes. */
function setting(attributes: Readonly<Record<string, string>>): {
  sets: string;
  values: Record<string, string>;
} {
  const names = Object.keys(attributes);
  return {
    sets: names.map((name) => `${name} = :${name}`).join(', '),
    values: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`:${name}`, value])),
  };
}

function partItem(company: string, jobId: string, record: PartRecord) {
  const { level, part, at } = record;
  return { ...partKey(company, jobId, level, part), ...record, [jobTable.timeToLive]: expiryOf(at) };
}

function partOf(item: Record<string, unknown>): PartRecord {
  return {
    level: Number(item.level),
    part: Number(item.part),
    counts: item.counts as JobCounts,
    perServer: (item.perServer ?? {}) as CountsByServer,
    closed: item.closed === true,
    at: String(item.at),
  };
}

/** The parts of an update that adds to a job's counts, in all and by server. Nothing in it: an empty update. */
function additions(
  change: CountsChange,
  byServer: CountsByServer,
): { update: string; names: Record<string, string>; values: Record<string, number> } {
  const names: Record<string, string> = {};
  const values: Record<string, number> = {};
  const sets: string[] = [];
  const add = (path: string, placeholder: string, name: string, value: number): void => {
    if (value === 0) return;
    names[`#${name}`] = name;
    values[`:${placeholder}`] = value;
    sets.push(`${path}.#${name} = ${path}.#${name} + :${placeholder}`);
  };
  for (const [name, value] of Object.entries(change)) add('counts', name, name, value);
  for (const [index, [server, counts]] of Object.entries(byServer).entries()) {
    if (Object.values(counts).some((value) => value !== 0)) names[`#s${index}`] = server;
    for (const [name, value] of Object.entries(counts)) {
      add(`perServer.#s${index}`, `s${index}${name}`, name, value);
    }
  }
  return { update: sets.length === 0 ? '' : `SET ${sets.join(', ')}`, names, values };
}

function negated(counts: CountsByServer): CountsByServer {
  const entries = Object.entries(counts).map(([server, { done, skipped, errors, bytes }]) => {
    const less: ServerCounts = { done: -done, skipped: -skipped, errors: -errors, bytes: -bytes };
    return [server, less];
  });
  return Object.fromEntries(entries);
}

/** Whether a write's own condition held. One that meets a transaction on the same item is made again. */
async function succeeded(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await retryConflicts(write);
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}
