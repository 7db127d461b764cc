/** New publish jobs in the job table, and the idempotency keys that jobs were submitted with. */
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Job, PublishJob } from '../../../domain/jobs/job.ts';
import { queueKey, submissionKey } from '../keys.ts';
import { isNew } from '../table/condition.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';
import { jobItem } from './job-item.ts';
import { type Submission, submissionPut } from './submission-item.ts';

export interface SubmissionStore {
  /**
   * Writes a publish job and its entry in the queue, both or none: 5 write units, one of them in the index of active
   * jobs. With a submission, 2 more.
   * @returns false if a job with that id or a submission with that key already exists
   */
  createPublishJob(job: PublishJob, submission?: Submission): Promise<boolean>;
  /**
   * Keeps a key for a job that is written after it: a write unit.
   * @returns false if the key was used within a day
   */
  claimSubmission(job: Pick<Job, 'company' | 'id' | 'submitted'>, submission: Submission): Promise<boolean>;
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
        ...(submission === undefined ? [] : [{ Put: submissionPut(tableName, job, submission) }]),
      ];
      return conditionHeld(() =>
        retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems: writes }))),
      );
    },

    async claimSubmission(job, submission) {
      return conditionHeld(() => documents.send(new PutCommand(submissionPut(tableName, job, submission))));
    },

    async findSubmission(company, key) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: submissionKey(company, key), ConsistentRead: true }),
      );
      return Item && { jobId: String(Item.jobId), request: String(Item.request) };
    },
  };
}
