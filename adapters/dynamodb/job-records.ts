/** Jobs, their queue and their locks in the job table. */
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Server } from '../../domain/delivery/server.ts';
import { type CountsChange, isNothing } from '../../domain/job/counts.ts';
import type { Job, JobCounts, JobStatus, PublishJob, terminalStatuses } from '../../domain/job/job.ts';
import type { Locks, QueuedJob } from '../../domain/job/queue.ts';
import { batchGet } from './batch-get.ts';
import { isConditionFailure } from './condition-failure.ts';
import { jobKey, jobsIndexKey, jobTable, lockKey, partKey, queueKey, submissionKey } from './keys.ts';
import { queryPages } from './query-pages.ts';
import { retryConflicts } from './retry-conflicts.ts';

/** Seconds. Jobs are kept for 13 months after their end, and their items then swept by the table. */
const keptFor = 396 * 24 * 60 * 60;

/** Seconds that an idempotency key is known. */
const submissionsKeptFor = 24 * 60 * 60;

/** What a part of a publish job came to. */
export interface PartRecord {
  readonly level: number;
  readonly part: number;
  readonly counts: JobCounts;
  /** finish-job wrote it, because no worker had: counts of a worker that comes late are added to the job's. */
  readonly closed: boolean;
  /** When it was written: ISO 8601, UTC. */
  readonly at: string;
}

export interface JobEnd {
  readonly status: (typeof terminalStatuses)[number];
  readonly counts: JobCounts;
  readonly ended: string;
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

export interface JobRecords {
  /**
   * Writes a publish job and its place in the queue: both or none. 4 write units, 2 more with a submission.
   * @returns false if there is a job of that id, or a submission with that key, already
   */
  createPublishJob(job: PublishJob, submission?: Submission): Promise<boolean>;
  /** Strongly consistent. Undefined where none with that key was made within a day. */
  findSubmission(company: string, key: string): Promise<{ jobId: string; request: string } | undefined>;
  /** Strongly consistent: half a read unit for each 2 kB. */
  getJob(company: string, jobId: string): Promise<Job | undefined>;
  /** Newest first. `after` is the id of the last job of the page before. */
  listJobs(
    company: string,
    page: { limit: number; after?: string | undefined },
  ): Promise<{ items: Job[]; next?: string }>;
  /**
   * Stops a job that waits, and takes it out of the queue.
   * @returns false if it is not queued
   */
  stopQueuedJob(company: string, jobId: string, stop: { by: string; at: string }): Promise<boolean>;
  /**
   * Asks a running job to stop at its next safe point.
   * @returns false if it is not running
   */
  requestStop(company: string, jobId: string, by: string): Promise<boolean>;
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
  countAttempt(job: PublishJob): Promise<number | undefined>;
  /**
   * Adds to the live counts of a job that has not ended.
   * @returns the status after it, as a strongly consistent read would tell; undefined if the job has ended or is gone
   */
  addCounts(company: string, jobId: string, change: CountsChange): Promise<JobStatus | undefined>;
  /**
   * Sets the number of lines that are planned so far.
   * @returns the status after it; undefined if the job has ended or is gone
   */
  setTotal(company: string, jobId: string, total: number): Promise<JobStatus | undefined>;
  /**
   * Writes what a worker counted in its part. A part run again writes the same once more.
   * @returns false if finish-job has closed the part: then nothing is written
   */
  putPart(company: string, jobId: string, part: PartRecord): Promise<boolean>;
  /**
   * Closes a part whose worker wrote nothing, or closes it again.
   * @returns what is recorded of the part: what was given, or what a worker has written meanwhile
   */
  closePart(company: string, jobId: string, part: PartRecord): Promise<PartRecord>;
  /**
   * Replaces the counts of a part that finish-job closed by those of the worker that came late, and changes the
   * counts of the ended job by the difference, once.
   * @returns false if the job has not ended yet: its counts are still being summed
   */
  correctClosedPart(company: string, jobId: string, part: PartRecord): Promise<boolean>;
  /** Page by page, in the order of levels and parts. */
  listParts(company: string, jobId: string): AsyncIterable<PartRecord>;
  /**
   * Ends a job.
   * @param from the status that the end was worked out for
   * @returns false if the job is in another status now
   */
  endJob(company: string, jobId: string, from: JobStatus, end: JobEnd): Promise<boolean>;
}

/** A job as its item: with its place in the company's list. */
export function jobItem(job: Job) {
  return { ...job, ...jobKey(job.company, job.id), companyKey: jobsIndexKey(job.company), jobId: job.id };
}

/** The job of an item. */
export function jobOf(item: Record<string, unknown>): Job {
  const { pk, sk, companyKey, jobId, expires, ...job } = item;
  return job as unknown as Job;
}

/** When an item that ends now may be swept: seconds since 1970, as DynamoDB's TTL wants it. */
export function expiryOf(ended: string): number {
  return secondsOf(ended) + keptFor;
}

function secondsOf(time: string): number {
  return Math.floor(Date.parse(time) / 1_000);
}

export function jobRecords(documents: DynamoDBDocumentClient, tableName: string): JobRecords {
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

    async getJob(company, jobId) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: jobKey(company, jobId), ConsistentRead: true }),
      );
      return Item && jobOf(Item);
    },

    async findSubmission(company, key) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: submissionKey(company, key), ConsistentRead: true }),
      );
      return Item && { jobId: String(Item.jobId), request: String(Item.request) };
    },

    async listJobs(company, { limit, after }) {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: jobTable.indexes.byCompany.name,
          KeyConditionExpression:
            after === undefined ? 'companyKey = :company' : 'companyKey = :company AND jobId < :after',
          ExpressionAttributeValues: {
            ':company': jobsIndexKey(company),
            ...(after === undefined ? {} : { ':after': after }),
          },
          ScanIndexForward: false,
          Limit: limit,
        }),
      );
      const keys = Items.map((item) => jobKey(company, String(item.jobId)));
      const jobs = (await batchGet(documents, tableName, keys, false)).map(jobOf);
      const items = jobs.sort((a, b) => (a.id < b.id ? 1 : -1));
      const last = Items.at(-1);
      return LastEvaluatedKey && last ? { items, next: String(last.jobId) } : { items };
    },

    async stopQueuedJob(company, jobId, { by, at }) {
      return succeeded(() =>
        documents.send(
          new TransactWriteCommand({
            TransactItems: [
              {
                Update: {
                  TableName: tableName,
                  Key: jobKey(company, jobId),
                  UpdateExpression:
                    'SET #status = :stopped, stoppedBy = :by, ended = :at, #expires = :expires',
                  ConditionExpression: '#status = :queued',
                  ExpressionAttributeNames: { '#status': 'status', '#expires': jobTable.timeToLive },
                  ExpressionAttributeValues: {
                    ':stopped': 'stopped',
                    ':queued': 'queued',
                    ':by': by,
                    ':at': at,
                    ':expires': expiryOf(at),
                  },
                },
              },
              { Delete: { TableName: tableName, Key: queueKey(company, jobId) } },
            ],
          }),
        ),
      );
    },

    async requestStop(company, jobId, by) {
      return succeeded(() =>
        documents.send(
          new UpdateCommand({
            TableName: tableName,
            Key: jobKey(company, jobId),
            UpdateExpression: 'SET #status = :stopping, stoppedBy = :by',
            ConditionExpression: '#status = :running',
            ExpressionAttributeNames: { '#status': 'status' },
            ExpressionAttributeValues: { ':stopping': 'stopping', ':running': 'running', ':by': by },
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
                    'SET #status = :running, #name = :name, started = :started, execution = :execution',
                  ConditionExpression: '#status = :queued AND attempt = :attempt',
                  ExpressionAttributeNames: { '#status': 'status', '#name': 'name' },
                  ExpressionAttributeValues: {
                    ':queued': 'queued',
                    ':attempt': job.attempt,
                    ':running': 'running',
                    ':name': name,
                    ':started': started,
                    ':execution': execution,
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

    async countAttempt({ company, id, attempt }) {
      const counted = await succeeded(() =>
        documents.send(
          new UpdateCommand({
            TableName: tableName,
            Key: jobKey(company, id),
            UpdateExpression: 'SET attempt = :next',
            ConditionExpression: '#status = :queued AND attempt = :attempt',
            ExpressionAttributeNames: { '#status': 'status' },
            ExpressionAttributeValues: { ':queued': 'queued', ':attempt': attempt, ':next': attempt + 1 },
          }),
        ),
      );
      return counted ? attempt + 1 : undefined;
    },

    async addCounts(company, jobId, change) {
      const changes = Object.entries(change).filter(([, value]) => value !== 0);
      if (isNothing(change)) throw new Error('addCounts was called with nothing to add');
      return updateActive(
        company,
        jobId,
        `SET ${changes.map(([name]) => `counts.#${name} = counts.#${name} + :${name}`).join(', ')}`,
        Object.fromEntries(changes.map(([name]) => [`#${name}`, name])),
        Object.fromEntries(changes.map(([name, value]) => [`:${name}`, value])),
      );
    },

    async setTotal(company, jobId, total) {
      return updateActive(
        company,
        jobId,
        'SET counts.#total = :total',
        { '#total': 'total' },
        { ':total': total },
      );
    },

    async putPart(company, jobId, part) {
      return succeeded(() =>
        documents.send(
          new PutCommand({
            TableName: tableName,
            Item: partItem(company, jobId, part),
            ConditionExpression: 'attribute_not_exists(closed) OR closed = :no',
            ExpressionAttributeValues: { ':no': false },
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
            ConditionExpression: 'attribute_not_exists(pk) OR closed = :yes',
            ExpressionAttributeValues: { ':yes': true },
          }),
        );
        return part;
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
        return (await getPart(company, jobId, part)) ?? part;
      }
    },

    async correctClosedPart(company, jobId, part) {
      const closed = await getPart(company, jobId, part);
      if (!closed?.closed) return true;
      const names = Object.keys(closed.counts) as (keyof JobCounts)[];
      return succeeded(() =>
        documents.send(
          new TransactWriteCommand({
            TransactItems: [
              {
                Put: {
                  TableName: tableName,
                  Item: partItem(company, jobId, part),
                  ConditionExpression: 'closed = :yes AND counts = :closed',
                  ExpressionAttributeValues: { ':yes': true, ':closed': closed.counts },
                },
              },
              {
                Update: {
                  TableName: tableName,
                  Key: jobKey(company, jobId),
                  UpdateExpression: `SET ${names.map((name) => `counts.#${name} = counts.#${name} + :${name}`).join(', ')}`,
                  ConditionExpression: 'NOT #status IN (:queued, :running, :stopping)',
                  ExpressionAttributeNames: {
                    ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
                    '#status': 'status',
                  },
                  ExpressionAttributeValues: {
                    ...Object.fromEntries(
                      names.map((name) => [`:${name}`, part.counts[name] - closed.counts[name]]),
                    ),
                    ':queued': 'queued',
                    ':running': 'running',
                    ':stopping': 'stopping',
                  },
                },
              },
            ],
          }),
        ),
      );
    },

    async *listParts(company, jobId) {
      const { pk } = jobKey(company, jobId);
      const pages = queryPages(documents, {
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :part)',
        ExpressionAttributeValues: { ':pk': pk, ':part': 'PART#' },
        ConsistentRead: true,
      });
      for await (const items of pages) yield* items.map(partOf);
    },

    async endJob(company, jobId, from, { status, counts, ended, reason }) {
      const end = {
        Update: {
          TableName: tableName,
          Key: jobKey(company, jobId),
          UpdateExpression: `SET #status = :status, counts = :counts, ended = :ended, #expires = :expires${
            reason === undefined ? '' : ', reason = :reason'
          }`,
          ConditionExpression: '#status = :from',
          ExpressionAttributeNames: { '#status': 'status', '#expires': jobTable.timeToLive },
          ExpressionAttributeValues: {
            ':from': from,
            ':status': status,
            ':counts': counts,
            ':ended': ended,
            ':expires': expiryOf(ended),
            ...(reason === undefined ? {} : { ':reason': reason }),
          },
        },
      };
      if (from !== 'queued') return succeeded(() => documents.send(new UpdateCommand(end.Update)));
      // A job that cannot even begin still stands in the queue.
      return succeeded(() =>
        documents.send(
          new TransactWriteCommand({
            TransactItems: [end, { Delete: { TableName: tableName, Key: queueKey(company, jobId) } }],
          }),
        ),
      );
    },
  };

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

function partItem(company: string, jobId: string, record: PartRecord) {
  const { level, part, at } = record;
  return { ...partKey(company, jobId, level, part), ...record, [jobTable.timeToLive]: expiryOf(at) };
}

function partOf(item: Record<string, unknown>): PartRecord {
  return {
    level: Number(item.level),
    part: Number(item.part),
    counts: item.counts as JobCounts,
    closed: item.closed === true,
    at: String(item.at),
  };
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
