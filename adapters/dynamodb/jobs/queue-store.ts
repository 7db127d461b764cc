/** The queue of publish jobs and the locks of servers in the job table. */
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Server } from '../../../domain/delivery/server.ts';
import { emptyByServer } from '../../../domain/jobs/counts.ts';
import type { PublishJob } from '../../../domain/jobs/job.ts';
import type { Locks, QueuedJob } from '../../../domain/jobs/queue.ts';
import { jobKey, lockKey, queueKey } from '../keys.ts';
import { conditionOf, missingOr, oneOf } from '../table/condition.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import { queryAll } from '../table/query-all.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';
import { updateOf } from '../table/update-of.ts';
import { permitPut } from './permit-put.ts';

export interface QueueStore {
  /** The jobs that wait, oldest first. */
  readQueue(company: string): Promise<QueuedJob[]>;
  readLocks(company: string): Promise<Locks>;
  /**
   * Takes a permit and the locks of a queued job's servers, removes the job from the queue and sets it running: all or
   * nothing.
   * @param run `permit`: the number of a permit that is free, or that the job holds already
   * @param stale locks of jobs that have ended or do not exist; they may be taken over
   * @returns false if the job is no longer queued, another execution was counted, or another job holds the permit or a lock
   */
  takeLocksAndRun(
    job: PublishJob,
    run: { execution: string; name: string; started: string; permit: number },
    stale: Locks,
  ): Promise<boolean>;
  /** Frees the locks that the job holds. Locks of other jobs stay. */
  freeLocks(company: string, jobId: string, servers: readonly Server[]): Promise<void>;
  /**
   * Counts a further execution of a queued job.
   * @returns its number; undefined if the job is not queued or another caller counted meanwhile
   */
  countExecution(job: PublishJob): Promise<number | undefined>;
}

export function queueStore(documents: DynamoDBDocumentClient, tableName: string): QueueStore {
  return {
    async readQueue(company) {
      const items = await queryAll(documents, tableName, queueKey(company, '').pk);
      return items.map((item) => ({ jobId: String(item.jobId), servers: item.servers as Server[] }));
    },

    async readLocks(company) {
      const items = await queryAll(documents, tableName, lockKey(company, '').pk);
      return Object.fromEntries(items.map((item) => [item.sk, String(item.jobId)]));
    },

    async takeLocksAndRun(job, { execution, name, started, permit }, stale) {
      const { company, id, executionNumber } = job;
      const locks = job.servers.map((server) => ({
        Put: {
          TableName: tableName,
          Item: { ...lockKey(company, server), jobId: id, taken: started },
          ...conditionOf({ jobId: missingOr(oneOf(...[id, stale[server] ?? []].flat())) }),
        },
      }));
      const run = {
        Update: updateOf(tableName, {
          key: jobKey(company, id),
          set: { status: 'running', name, started, execution, perServer: emptyByServer(job.servers) },
          when: { status: 'queued', executionNumber },
        }),
      };
      const dequeue = { Delete: { TableName: tableName, Key: queueKey(company, id) } };
      return conditionHeld(() =>
        retryConflicts(() =>
          documents.send(
            new TransactWriteCommand({
              TransactItems: [permitPut(tableName, permit, job, started), ...locks, run, dequeue],
            }),
          ),
        ),
      );
    },

    async freeLocks(company, jobId, servers) {
      await Promise.all(
        servers.map((server) =>
          conditionHeld(() =>
            retryConflicts(() =>
              documents.send(
                new DeleteCommand({
                  TableName: tableName,
                  Key: lockKey(company, server),
                  ...conditionOf({ jobId }),
                }),
              ),
            ),
          ),
        ),
      );
    },

    async countExecution({ company, id, executionNumber }) {
      const next = executionNumber + 1;
      const update = updateOf(tableName, {
        key: jobKey(company, id),
        set: { executionNumber: next },
        when: { status: 'queued', executionNumber },
      });
      const counted = await conditionHeld(() =>
        retryConflicts(() => documents.send(new UpdateCommand(update))),
      );
      return counted ? next : undefined;
    },
  };
}
