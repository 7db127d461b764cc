/** Action jobs in the job table. One function works on a job at a time: it claims the job until it has to end. */
import { type DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { ActionJob, JobCounts, JobStatus } from '../../../domain/jobs/job.ts';
import { jobKey } from '../keys.ts';
import { below, missingOr, oneOf } from '../table/condition.ts';
import { conditionHeld, unlessConditionFails } from '../table/condition-failure.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';
import { updateOf } from '../table/update-of.ts';
import { type PartRecord, partItem } from './part-store.ts';

/** Which function works on a job, and until when: milliseconds since 1970. */
export interface ActionClaim {
  readonly by: string;
  readonly until: number;
}

export interface ActionProgress extends Pick<ActionJob, 'position' | 'progressAt' | 'toInvalidate'> {
  readonly counts: JobCounts;
}

export interface ActionStore {
  /**
   * Claims a job that has not ended. Two write units at most.
   * @param now milliseconds since 1970
   * @returns false if another function works on it, or it has ended
   */
  claimAction(company: string, jobId: string, claim: ActionClaim, now: number): Promise<boolean>;
  /** Gives a claim back, so that another function can continue at once. Nothing happens if another function has it. */
  releaseAction(company: string, jobId: string, by: string): Promise<void>;
  /** Writes what a part counted. A part that runs again replaces its record: only the claim's owner calls it. 1 write unit. */
  putActionPart(company: string, jobId: string, part: PartRecord): Promise<void>;
  /**
   * Records that a part is done. Two write units at most.
   * @returns the status after the write; undefined, with nothing written, if another function has the job or it has ended
   */
  recordAction(
    company: string,
    jobId: string,
    by: string,
    progress: ActionProgress,
  ): Promise<JobStatus | undefined>;
}

export function actionStore(documents: DynamoDBDocumentClient, tableName: string): ActionStore {
  const active = oneOf('running', 'stopping');
  return {
    async claimAction(company, jobId, { by, until }, now) {
      const update = updateOf(tableName, {
        key: jobKey(company, jobId),
        set: { workedBy: by, workedUntil: until },
        when: { status: active, workedUntil: missingOr(below(now)) },
      });
      return conditionHeld(() => retryConflicts(() => documents.send(new UpdateCommand(update))));
    },

    async releaseAction(company, jobId, by) {
      const update = updateOf(tableName, {
        key: jobKey(company, jobId),
        remove: ['workedBy', 'workedUntil'],
        when: { workedBy: by },
      });
      await conditionHeld(() => retryConflicts(() => documents.send(new UpdateCommand(update))));
    },

    async putActionPart(company, jobId, part) {
      await documents.send(new PutCommand({ TableName: tableName, Item: partItem(company, jobId, part) }));
    },

    async recordAction(company, jobId, by, { position, progressAt, toInvalidate, counts }) {
      const update = updateOf(tableName, {
        key: jobKey(company, jobId),
        set: { position, progressAt, toInvalidate, counts },
        when: { status: active, workedBy: by },
      });
      const updated = await unlessConditionFails(() =>
        retryConflicts(() => documents.send(new UpdateCommand({ ...update, ReturnValues: 'ALL_NEW' }))),
      );
      return updated?.Attributes?.status as JobStatus | undefined;
    },
  };
}
