/** The installation's permits to run, and the companies that wait for one, in the job table. */
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { PublishJob } from '../../../domain/jobs/job.ts';
import type { Permit, WaitingCompany } from '../../../domain/jobs/permits.ts';
import { jobKey, permitKey, waitingKey } from '../keys.ts';
import { conditionOf } from '../table/condition.ts';
import { conditionHeld } from '../table/condition-failure.ts';
import { queryAll } from '../table/query-all.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';
import { updateOf } from '../table/update-of.ts';
import { permitHolder, permitPut } from './permit-put.ts';

export interface PermitStore {
  /** The permits that jobs hold. Strongly consistent: 1 read unit for about 40. */
  readPermits(): Promise<Permit[]>;
  /**
   * Gives a permit to the queued job of a waiting company, and counts the execution that is to be started for it: all or
   * nothing, 6 write units. The company then waits again behind all others, or no longer.
   * @param grant `permit`: the number of a free one. `waitsAgain`: a further job of the company waits
   * @returns the number of the execution; undefined if something changed since it was read
   */
  givePermit(
    job: PublishJob,
    waiting: WaitingCompany,
    grant: { permit: number; at: string; waitsAgain: boolean },
  ): Promise<number | undefined>;
  /** Frees the permit that the job holds. One that another job holds stays. A query and 1 write unit. */
  freePermit(company: string, jobId: string): Promise<void>;
  /** Companies that wait. Strongly consistent: 1 read unit for about 50. */
  readWaiting(): Promise<WaitingCompany[]>;
  /**
   * Lets a company wait, behind those that wait already; one that waits keeps its position. 1 write unit.
   * @param at ISO 8601, UTC
   */
  addWaiting(company: string, at: string): Promise<void>;
  /** Removes a company unless it was added again since it was read. 1 write unit. */
  removeWaiting(waiting: WaitingCompany): Promise<void>;
}

export function permitStore(documents: DynamoDBDocumentClient, tableName: string): PermitStore {
  return {
    readPermits,

    async givePermit(job, waiting, { permit, at, waitsAgain }) {
      const { company, id, executionNumber } = job;
      const next = executionNumber + 1;
      const count = {
        Update: updateOf(tableName, {
          key: jobKey(company, id),
          set: { executionNumber: next },
          when: { status: 'queued', executionNumber },
        }),
      };
      const { since, asked } = waiting;
      const key = waitingKey(company);
      const wait = waitsAgain
        ? { Update: updateOf(tableName, { key, set: { since: at }, when: { since, asked } }) }
        : { Delete: { TableName: tableName, Key: key, ...conditionOf({ since, asked }) } };
      const given = await conditionHeld(() =>
        retryConflicts(() =>
          documents.send(
            new TransactWriteCommand({
              TransactItems: [permitPut(tableName, permit, job, at), count, wait],
            }),
          ),
        ),
      );
      return given ? next : undefined;
    },

    async freePermit(company, jobId) {
      const holder = permitHolder({ company, id: jobId });
      for (const held of await readPermits()) {
        if (held.company !== company || held.jobId !== jobId) continue;
        const Key = permitKey(held.permit);
        await conditionHeld(() =>
          retryConflicts(() =>
            documents.send(new DeleteCommand({ TableName: tableName, Key, ...conditionOf({ holder }) })),
          ),
        );
      }
    },

    async readWaiting() {
      const items = await queryAll(documents, tableName, waitingKey('').pk);
      return items.map(({ sk, since, asked }) => ({
        company: String(sk),
        since: String(since),
        asked: String(asked),
      }));
    },

    async addWaiting(company, at) {
      const update = updateOf(tableName, {
        key: waitingKey(company),
        set: { asked: at },
        setIfMissing: { since: at },
      });
      await retryConflicts(() => documents.send(new UpdateCommand(update)));
    },

    async removeWaiting({ company, since, asked }) {
      const Key = waitingKey(company);
      await conditionHeld(() =>
        retryConflicts(() =>
          documents.send(new DeleteCommand({ TableName: tableName, Key, ...conditionOf({ since, asked }) })),
        ),
      );
    },
  };

  async function readPermits(): Promise<Permit[]> {
    const items = await queryAll(documents, tableName, permitKey(0).pk);
    return items.map(({ sk, holder }) => {
      const text = String(holder);
      const at = text.lastIndexOf('#');
      return { permit: Number(sk), company: text.slice(0, at), jobId: text.slice(at + 1) };
    });
  }
}
