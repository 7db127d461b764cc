/** New publish and action jobs in the job table, and the idempotency keys that they were submitted with. */
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import type { ActionJob, Job, PublishJob } from '../../../domain/jobs/job.ts';
import { jobTable, queueKey, submissionKey } from '../keys.ts';
import { below, conditionOf, isNew, missingOr } from '../table/condition.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';
import { jobItem } from './job-item.ts';

/** Seconds that an idempotency key is valid. */
const submissionLifetime = 24 * 60 * 60;

/** What identifies a repeated submission of the same job. */
export interface Submission {
  /** The idempotency key that the submitter chose. */
  readonly key: string;
  /** A hash of the request. */
  readonly request: string;
}

type SubmittedJob = Pick<Job, 'company' | 'id' | 'submitted'>;

export interface SubmissionStore {
  /**
   * Writes a publish job and its entry in the queue, both or none: 5 write units, one of them in the index of active
   * jobs. With a submission, 2 more.
   * @returns false if a job with that id or a submission with that key already exists
   */
  createPublishJob(job: PublishJob, submission?: Submission): Promise<boolean>;
  /**
   * Writes an action job: 2 write units, one of them in the index of active jobs. With a submission, 5.
   * @returns as createPublishJob
   */
  createActionJob(job: ActionJob, submission?: Submission): Promise<boolean>;
  /**
   * Keeps a key for a job that is written after it: a write unit.
   * @returns false if the key was used within a day
   */
  claimSubmission(job: SubmittedJob, submission: Submission): Promise<boolean>;
  /** Strongly consistent. Undefined if no job was submitted with that key within a day. */
  findSubmission(company: string, key: string): Promise<{ jobId: string; request: string } | undefined>;
}

export function submissionStore(documents: DynamoDBDocumentClient, tableName: string): SubmissionStore {
  return {
    async createPublishJob(job, submission) {
      const { company, id, servers } = job;
      const writes = [
        { Put: { TableName: tableName, Item: jobItem(job), ...isNew } },
        { Put: { TableName: tableName, Item: { ...queueKey(company, id), jobId: id, servers } } },
        ...(submission === undefined ? [] : [submissionWrite(job, submission)]),
      ];
      return conditionHeld(() =>
        retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems: writes }))),
      );
    },

    async createActionJob(job, submission) {
      const put = { TableName: tableName, Item: jobItem(job), ...isNew };
      if (submission === undefined) return conditionHeld(() => documents.send(new PutCommand(put)));
      const writes = [{ Put: put }, submissionWrite(job, submission)];
      return conditionHeld(() =>
        retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems: writes }))),
      );
    },

    async claimSubmission(job, submission) {
      const { Put } = submissionWrite(job, submission);
      return conditionHeld(() => documents.send(new PutCommand(Put)));
    },

    async findSubmission(company, key) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: submissionKey(company, key), ConsistentRead: true }),
      );
      return Item && { jobId: String(Item.jobId), request: String(Item.request) };
    },
  };

  function submissionWrite({ company, id, submitted }: SubmittedJob, { key, request }: Submission) {
    const now = Math.floor(Date.parse(submitted) / 1_000);
    const expires = now + submissionLifetime;
    return {
      Put: {
        TableName: tableName,
        Item: { ...submissionKey(company, key), jobId: id, request, [jobTable.timeToLive]: expires },
        // DynamoDB may delete an expired item a day late.
        ...conditionOf({ [jobTable.timeToLive]: missingOr(below(now)) }),
      },
    };
  }
}
