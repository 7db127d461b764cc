/** Jobs in the job table. */
import {
  type DynamoDBDocumentClient,
  GetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { type CountsChange, isEmptyChange } from '../../../domain/jobs/counts.ts';
import type {
  CountsByServer,
  Job,
  JobCounts,
  JobStatus,
  PublishJob,
  terminalStatuses,
} from '../../../domain/jobs/job.ts';
import { jobUser } from '../../../domain/jobs/job-order.ts';
import { endedIndexKeys, jobKey, jobTable, queueKey } from '../keys.ts';
import { oneOf, present } from '../table/condition.ts';
import { conditionHeld, unlessConditionFails } from '../table/condition-failure.ts';
import { expiryOf } from '../table/expiry.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';
import { type ItemUpdate, updateOf } from '../table/update-of.ts';
import { countsToAdd } from './counts-to-add.ts';
import { jobOf } from './job-item.ts';

export interface JobEnd {
  readonly status: (typeof terminalStatuses)[number];
  readonly counts: JobCounts;
  /** The same by server, for a publish job. */
  readonly perServer?: CountsByServer;
  readonly ended: string;
  /** `corrections` of a publish job as they were before its parts were added up. */
  readonly corrections?: number | undefined;
  /** Why a `failed` job failed. */
  readonly reason?: string;
}

export interface JobStore {
  /** Strongly consistent: half a read unit for each 2 kB. */
  getJob(company: string, jobId: string): Promise<Job | undefined>;
  /**
   * Stops a job that waits and removes it from the queue. As with `endJob`, its end is still to be processed. Its user
   * is read first, for the index of ended jobs by user.
   * @returns false if the job is not queued
   */
  stopQueuedJob(company: string, jobId: string, stop: { by: string; at: string }): Promise<boolean>;
  /**
   * Asks a running job to stop at its next safe point.
   * @param at ISO 8601, UTC. It is kept because a stop can be forced only some minutes after it
   * @returns false if the job is not running
   */
  requestStop(company: string, jobId: string, by: string, at: string): Promise<boolean>;
  /**
   * Gives a job that has not ended to another member. A publish job keeps its submitter and runs as the new owner; an
   * upload job has no other attribute for its owner than the submitter.
   * @returns false if the job has ended or does not exist
   */
  reassignJob(
    company: string,
    jobId: string,
    owner: { readonly runAs: string } | { readonly submittedBy: string },
  ): Promise<boolean>;
  /**
   * Adds to the live counts of a job that has not ended: one write unit while its item has less than 1 kB. A job on all
   * four servers has less with a name of 40 characters and no further options. A job with a notification takes two.
   * @param byServer the same by server: only for a job that has such counts
   * @returns the status after the write, strongly consistent; undefined if the job has ended or does not exist
   */
  addCounts(
    company: string,
    jobId: string,
    change: CountsChange,
    byServer?: CountsByServer,
  ): Promise<JobStatus | undefined>;
  /**
   * Sets the number of log entries that are planned so far.
   * @param plannedAt the time at which the plan became complete: ISO 8601, UTC
   * @returns the status after the write; undefined if the job has ended or does not exist
   */
  setTotal(company: string, jobId: string, total: number, plannedAt?: string): Promise<JobStatus | undefined>;
  /**
   * Records how many interrupted parts have been checked, so that a further finish-job continues there.
   * @returns the status after the write; undefined if the job has ended or does not exist
   */
  recordClosing(
    company: string,
    jobId: string,
    closing: NonNullable<PublishJob['closing']>,
  ): Promise<JobStatus | undefined>;
  /**
   * Ends a job and puts it into the lists of ended jobs: one or two write units for its item, by its size, one in the
   * index of active jobs and one in each of the two indexes of ended jobs. Its user is read first, a read unit, for the
   * index by user. The job stays in the index of active jobs until `markEndProcessed`, because the caller may die before
   * the end is processed.
   * @param from the status for which the end was decided
   * @returns false if the job has another status now, or a part was counted again
   */
  endJob(company: string, jobId: string, from: JobStatus, end: JobEnd): Promise<boolean>;
  /**
   * Records that everything after the end of a job has been done: the job leaves the index of active jobs. 1 write unit,
   * 2 for a job above 1 kB, and the one of the index, which the end itself saves. Nothing is written for a job that has
   * not ended or does not exist.
   */
  markEndProcessed(company: string, jobId: string): Promise<void>;
}

export function jobStore(documents: DynamoDBDocumentClient, tableName: string): JobStore {
  return {
    getJob,

    async stopQueuedJob(company, jobId, { by, at }) {
      const job = await getJob(company, jobId);
      if (job?.status !== 'queued') return false;
      return writeHeld(
        {
          key: jobKey(company, jobId),
          set: { status: 'stopped', stoppedBy: by, ...endedAttributes(job, at) },
          when: { status: 'queued' },
        },
        queueKey(company, jobId),
      );
    },

    async requestStop(company, jobId, by, at) {
      return writeHeld({
        key: jobKey(company, jobId),
        set: { status: 'stopping', stoppedBy: by, stopRequested: at },
        when: { status: 'running' },
      });
    },

    async reassignJob(company, jobId, owner) {
      return writeHeld({
        key: jobKey(company, jobId),
        set: owner,
        when: { status: oneOf('queued', 'running', 'stopping') },
      });
    },

    async addCounts(company, jobId, change, byServer = {}) {
      if (isEmptyChange(change)) throw new Error('addCounts was called with nothing to add');
      return updateActive(company, jobId, { add: countsToAdd(change, byServer) });
    },

    async setTotal(company, jobId, total, plannedAt) {
      return updateActive(company, jobId, { set: { 'counts.total': total, plannedAt } });
    },

    async recordClosing(company, jobId, closing) {
      return updateActive(company, jobId, { set: { closing } });
    },

    async endJob(company, jobId, from, { status, counts, perServer, ended, corrections, reason }) {
      const job = await getJob(company, jobId);
      if (job?.status !== from) return false;
      return writeHeld(
        {
          key: jobKey(company, jobId),
          set: { status, counts, perServer, reason, ...endedAttributes(job, ended) },
          remove: ['closing', 'corrections'],
          when: { status: from, corrections },
        },
        // A job that cannot even begin is still in the queue.
        from === 'queued' ? queueKey(company, jobId) : undefined,
      );
    },

    async markEndProcessed(company, jobId) {
      await writeHeld({
        key: jobKey(company, jobId),
        remove: ['activeKey', 'activeSort'],
        when: { ended: present },
      });
    },
  };

  async function getJob(company: string, jobId: string): Promise<Job | undefined> {
    const { Item } = await documents.send(
      new GetCommand({ TableName: tableName, Key: jobKey(company, jobId), ConsistentRead: true }),
    );
    return Item && jobOf(Item);
  }

  /**
   * @param deleted key of an item that is deleted in the same transaction
   * @returns whether the condition held
   */
  async function writeHeld(update: ItemUpdate, deleted?: { pk: string; sk: string }): Promise<boolean> {
    const parameters = updateOf(tableName, update);
    if (deleted === undefined) {
      return conditionHeld(() => retryConflicts(() => documents.send(new UpdateCommand(parameters))));
    }
    const writes = [{ Update: parameters }, { Delete: { TableName: tableName, Key: deleted } }];
    return conditionHeld(() =>
      retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems: writes }))),
    );
  }

  /** The status comes with the write itself: a separate read would cost a read unit. */
  async function updateActive(
    company: string,
    jobId: string,
    change: Pick<ItemUpdate, 'set' | 'add'>,
  ): Promise<JobStatus | undefined> {
    const update = updateOf(tableName, {
      key: jobKey(company, jobId),
      ...change,
      when: { status: oneOf('running', 'stopping') },
    });
    const updated = await unlessConditionFails(() =>
      retryConflicts(() => documents.send(new UpdateCommand({ ...update, ReturnValues: 'ALL_NEW' }))),
    );
    return updated?.Attributes?.status as JobStatus | undefined;
  }
}

/** What the end of a job sets, whatever its status: the time, the expiry and the keys of the lists of ended jobs. */
function endedAttributes(job: Job, ended: string) {
  return {
    ended,
    [jobTable.timeToLive]: expiryOf(ended),
    ...endedIndexKeys(job.company, jobUser(job)),
  };
}
