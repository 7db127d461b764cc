/**
 * Changes of records, 25 in a call. Each change costs the same write units as alone. The call saves a round trip for each
 * of them, and most of the worker's time for it.
 */
import { BatchExecuteStatementCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type BatchableUpdate, statementOf, type UpdateStatement } from './statement-of.ts';

/** The limit of BatchExecuteStatement. */
const maxStatements = 25;

/** Milliseconds that a change waits for others: one large file among small ones does not delay them. */
const maxWaitMs = 200;

export interface BatchedChanges {
  /** Runs work that may make a change. Changes are sent as soon as all running work has made one. */
  runBatched<Result>(work: () => Promise<Result>): Promise<Result>;
  /**
   * Makes a change together with others.
   * @returns false if its condition failed, or DynamoDB does not accept the statement as such: make it alone then. Nothing
   * was written in both cases
   * @throws the error of the call, for each of its changes; an error with the name of DynamoDB's exception for a statement
   * that was throttled or refused
   */
  change(change: BatchableUpdate): Promise<boolean>;
}

/** Makes every change alone. */
export const unbatchedChanges: BatchedChanges = {
  runBatched: (work) => work(),
  async change() {
    return false;
  },
};

interface Waiting {
  readonly statement: UpdateStatement;
  readonly settle: PromiseWithResolvers<boolean>;
}

/**
 * Codes of a statement's error, and the exception of a single call for the same reason. DynamoDB throttles each statement
 * of a call by itself. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchStatementError.html
 */
const exceptions: Readonly<Record<string, string>> = {
  ThrottlingError: 'ThrottlingException',
  ProvisionedThroughputExceeded: 'ProvisionedThroughputExceededException',
  RequestLimitExceeded: 'RequestLimitExceeded',
  InternalServerError: 'InternalServerError',
  TransactionConflict: 'TransactionConflictException',
  AccessDenied: 'AccessDeniedException',
  ResourceNotFound: 'ResourceNotFoundException',
};

/**
 * @param onInvalid called when DynamoDB does not accept a statement as such. Batches are off from then on: every change is
 * made alone, which costs time but no write units
 */
export function batchedChanges(
  documents: DynamoDBDocumentClient,
  tableName: string,
  onInvalid: (message: string) => void = () => {},
): BatchedChanges {
  let running = 0;
  let isOff = false;
  /** By key: a call must not change an item twice. */
  const waiting = new Map<string, Waiting>();
  let timer: NodeJS.Timeout | undefined;

  return {
    async runBatched(work) {
      running += 1;
      try {
        return await work();
      } finally {
        running -= 1;
        queueMicrotask(sendIfAllWait);
      }
    },

    async change(change) {
      const key = `${change.key.pk} ${change.key.sk}`;
      if (isOff || waiting.has(key)) return false;
      const settle = Promise.withResolvers<boolean>();
      waiting.set(key, { statement: statementOf(tableName, change), settle });
      timer ??= setTimeout(sendAll, maxWaitMs);
      // In a microtask: work that starts in the same moment makes its change first.
      queueMicrotask(sendIfAllWait);
      return settle.promise;
    },
  };

  function sendIfAllWait(): void {
    if (waiting.size > 0 && waiting.size >= Math.min(running, maxStatements)) sendAll();
  }

  function sendAll(): void {
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
        if (response && response.Error === undefined) settle.resolve(true);
        else decideError(response?.Error ?? { Code: 'InternalServerError' }, settle);
      }
    } catch (error) {
      // The call as such is not accepted: none of its statements was executed.
      const isRefused = error instanceof Error && error.name === 'ValidationException';
      if (isRefused) switchOff(error.message);
      for (const { settle } of changes) {
        if (isRefused) settle.resolve(false);
        else settle.reject(error);
      }
    }
  }

  function switchOff(message: string): void {
    if (!isOff) onInvalid(message);
    isOff = true;
  }

  function decideError(
    {
      Code = '',
      Message = '',
    }: { readonly Code?: string | undefined; readonly Message?: string | undefined },
    { resolve, reject }: Waiting['settle'],
  ): void {
    if (Code === 'ConditionalCheckFailed') resolve(false);
    else if (Code === 'ValidationError') {
      switchOff(Message);
      resolve(false);
    } else {
      reject(Object.assign(new Error(`${Code}: ${Message}`), { name: exceptions[Code] ?? Code }));
    }
  }
}
