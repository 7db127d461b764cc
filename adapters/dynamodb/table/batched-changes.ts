/**
 * Changes of records that are made 25 in a call. Each costs the same write units as alone; what is saved is a round trip
 * for each, and most of the time that a worker takes to make it.
 */
import { BatchExecuteStatementCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type ChangeStatement, type ConditionalChange, statementOf } from './conditional-change.ts';

/** What BatchExecuteStatement takes at once. */
const maxStatements = 25;

/** Milliseconds that a change waits for others at most: one large file among small ones does not hold them up. */
const maxWait = 200;

export interface BatchedChanges {
  /** Does work that may come to a change. Changes are made as soon as all work that is under way has come to one. */
  runBatched<Result>(work: () => Promise<Result>): Promise<Result>;
  /**
   * Makes a change together with others.
   * @returns whether it was made. If not, it is to be tried alone: that tells why
   * @throws whatever keeps the call from being made, for each of its changes
   */
  change(change: ConditionalChange): Promise<boolean>;
}

interface Waiting {
  readonly statement: ChangeStatement;
  readonly settle: PromiseWithResolvers<boolean>;
}

export function batchedChanges(documents: DynamoDBDocumentClient, tableName: string): BatchedChanges {
  let underWay = 0;
  /** By key: no call may change an item twice. */
  const waiting = new Map<string, Waiting>();
  let timer: NodeJS.Timeout | undefined;

  return {
    async runBatched(work) {
      underWay += 1;
      try {
        return await work();
      } finally {
        underWay -= 1;
        queueMicrotask(makeIfAllWait);
      }
    },

    async change(change) {
      const key = `${change.key.pk} ${change.key.sk}`;
      if (waiting.has(key)) return false;
      const settle = Promise.withResolvers<boolean>();
      waiting.set(key, { statement: statementOf(tableName, change), settle });
      timer ??= setTimeout(make, maxWait);
      // Not at once: work that is begun in the same moment comes to its own.
      queueMicrotask(makeIfAllWait);
      return settle.promise;
    },
  };

  function makeIfAllWait(): void {
    if (waiting.size > 0 && waiting.size >= Math.min(underWay, maxStatements)) make();
  }

  function make(): void {
    clearTimeout(timer);
    timer = undefined;
    const changes = [...waiting.values()];
    waiting.clear();
    for (let from = 0; from < changes.length; from += maxStatements) {
      void send(changes.slice(from, from + maxStatements));
    }
  }

  async function send(changes: readonly Waiting[]): Promise<void> {
    try {
      const { Responses } = await documents.send(
        new BatchExecuteStatementCommand({ Statements: changes.map(({ statement }) => statement) }),
      );
      for (const [index, { settle }] of changes.entries()) {
        const response = Responses?.[index];
        settle.resolve(response !== undefined && response.Error === undefined);
      }
    } catch (error) {
      for (const { settle } of changes) settle.reject(error);
    }
  }
}
