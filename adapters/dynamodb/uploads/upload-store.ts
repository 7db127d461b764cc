/** Upload jobs and their files in the job table, and what they record in the asset table. */
import { setTimeout as wait } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Asset } from '../../../domain/assets/asset.ts';
import type { CompanySettings } from '../../../domain/companies/settings.ts';
import { Failure } from '../../../domain/failure.ts';
import { addCounts, countsOf } from '../../../domain/jobs/counts.ts';
import { isTerminal, type LogEntry, noCounts, type UploadJob } from '../../../domain/jobs/job.ts';
import { uploadEnd } from '../../../domain/uploads/upload-end.ts';
import type { UploadFile, UploadFileAction, UploadFileState } from '../../../domain/uploads/upload-file.ts';
import { assetItem } from '../assets/asset-store.ts';
import { versionItem } from '../assets/version-store.ts';
import { type JobStore, jobItem } from '../jobs/job-store.ts';
import { fileKey, jobKey } from '../keys.ts';
import { folderStore } from '../library/folder-store.ts';
import { isConditionFailure } from '../table/condition-failure.ts';
import { expiryOf } from '../table/expiry.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';

type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
type FileKey = Pick<UploadFile, 'company' | 'jobId' | 'file'>;

/** What BatchWriteItem takes at once. */
const maxBatchItems = 25;

/** A transaction takes 100 writes; one of them is the job's. */
const maxTransactionItems = 99;

/** BatchWriteItem hands items back while it is throttled. */
const maxAttempts = 8;

/** What becomes of a file in the transaction that records its asset. */
export type AfterRecording = { readonly logEntry: LogEntry } | PendingUploadWork;

/** Of a file that is recorded and not settled yet. */
export interface PendingUploadWork {
  readonly pendingAction?: UploadFileAction | undefined;
  readonly refreshDerived: boolean;
  readonly resultText: string;
  readonly warnings: readonly string[];
}

export interface UploadStore {
  /** Writes the files, then the job: one that dies in between leaves files that nobody sees and the table sweeps. */
  createUpload(job: UploadJob, files: readonly UploadFile[]): Promise<void>;
  /** Strongly consistent. */
  getFile(company: string, jobId: string, file: number): Promise<UploadFile | undefined>;
  /** By number, strongly consistent. */
  listFiles(
    company: string,
    jobId: string,
    page: { limit: number; after?: number | undefined },
  ): Promise<{ items: UploadFile[]; next?: number }>;
  /** @returns the upload id that the file has now: the given one, or one that was there before */
  ensureUploadId(file: FileKey, uploadId: string): Promise<string>;
  /**
   * Records the asset of a pending file, its version, and the file as recorded or settled: all or nothing.
   * @param before the asset as it was read; what changed since makes the write fail. Missing for a new asset, whose id
   * must then be free
   * @returns false if the file is not pending any more or the asset is another than `before`
   */
  recordFile(
    file: FileKey,
    before: Asset | undefined,
    asset: Asset,
    settings: Pick<CompanySettings, 'servers'>,
    next: AfterRecording,
  ): Promise<boolean>;
  /**
   * Gives a file its final line and counts it, once.
   * @returns false if the file is in another state
   */
  finishFile(file: FileKey, from: UploadFileState, line: LogEntry): Promise<boolean>;
  /** Settles every file that is in one of these states. What is settled meanwhile by others keeps its line. */
  finishFiles(
    company: string,
    jobId: string,
    states: readonly UploadFileState[],
    logEntryOf: (file: UploadFile) => LogEntry,
  ): Promise<void>;
  /**
   * Ends the job if all its files are settled.
   * @returns whether it has ended, now or before
   */
  endIfComplete(company: string, jobId: string, at: string): Promise<boolean>;
}

export function uploadStore(
  documents: DynamoDBDocumentClient,
  jobTableName: string,
  assetTableName: string,
  jobs: Pick<JobStore, 'getJob' | 'endJob'>,
): UploadStore {
  const { ensureFolder } = folderStore(documents, assetTableName);

  const records: UploadStore = {
    async createUpload(job, files) {
      const expires = expiryOf(job.submitted);
      for (let start = 0; start < files.length; start += maxBatchItems) {
        await putAll(
          files.slice(start, start + maxBatchItems).map((file) => ({
            ...file,
            ...fileKey(file.company, file.jobId, file.file),
            expires,
          })),
        );
      }
      // One whose files are all refused ends as it begins.
      const ended = job.ended === undefined ? {} : { expires: expiryOf(job.ended) };
      await documents.send(new PutCommand({ TableName: jobTableName, Item: { ...jobItem(job), ...ended } }));
    },

    async getFile(company, jobId, file) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: jobTableName, Key: fileKey(company, jobId, file), ConsistentRead: true }),
      );
      return Item && fileOf(Item);
    },

    async listFiles(company, jobId, { limit, after = 0 }) {
      const { pk, sk: first } = fileKey(company, jobId, after + 1);
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName: jobTableName,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
          ExpressionAttributeValues: { ':pk': pk, ':first': first, ':last': 'FILE#~' },
          ConsistentRead: true,
          Limit: limit,
        }),
      );
      const items = Items.map(fileOf);
      const last = items.at(-1);
      return LastEvaluatedKey && last ? { items, next: last.file } : { items };
    },

    async ensureUploadId({ company, jobId, file }, uploadId) {
      const { Attributes } = await documents.send(
        new UpdateCommand({
          TableName: jobTableName,
          Key: fileKey(company, jobId, file),
          UpdateExpression: 'SET uploadId = if_not_exists(uploadId, :id)',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: { ':id': uploadId },
          ReturnValues: 'UPDATED_NEW',
        }),
      );
      return String(Attributes?.uploadId);
    },

    async recordFile(file, before, asset, settings, next) {
      // Not in the transaction, where all files of a folder would collide on it; an empty folder does no harm.
      await ensureFolder(asset.company, asset.folder);
      const writes: Write[] = [
        {
          Put: {
            TableName: assetTableName,
            Item: assetItem(asset, settings),
            ...(before ? isStill(before) : { ConditionExpression: 'attribute_not_exists(pk)' }),
          },
        },
        { Put: { TableName: assetTableName, Item: versionItem(asset) } },
        ...('logEntry' in next
          ? settlingWrites(file, 'pending', next.logEntry, asset.id)
          : [
              fileUpdate(
                file,
                'pending',
                `SET #state = :state, assetId = :assetId, resultText = :resultText, warnings = :warnings, refreshDerived = :refreshDerived${next.pendingAction ? ', pendingAction = :pendingAction' : ''}`,
                {
                  ':state': 'recorded',
                  ':assetId': asset.id,
                  ':resultText': next.resultText,
                  ':warnings': next.warnings,
                  ':refreshDerived': next.refreshDerived,
                  ...(next.pendingAction ? { ':pendingAction': next.pendingAction } : {}),
                },
              ),
            ]),
      ];
      return transact(writes);
    },

    async finishFile(file, from, line) {
      return transact(settlingWrites(file, from, line));
    },

    async finishFiles(company, jobId, states, logEntryOf) {
      let after: number | undefined = 0;
      while (after !== undefined) {
        const page: { items: UploadFile[]; next?: number } = await records.listFiles(company, jobId, {
          limit: maxTransactionItems,
          after,
        });
        let open = page.items.filter(({ state }) => states.includes(state));
        while (open.length > 0) open = await settleBatch(company, jobId, open, logEntryOf);
        after = page.next;
      }
    },

    async endIfComplete(company, jobId, at) {
      for (;;) {
        const job = await jobs.getJob(company, jobId);
        if (job?.kind !== 'upload') return false;
        const status = uploadEnd(job);
        if (status === undefined) return isTerminal(job.status);
        const ended = await retryConflicts(() =>
          jobs.endJob(company, jobId, job.status, {
            status,
            counts: job.counts,
            ended: at,
          }),
        );
        // Not ended: somebody cancelled it meanwhile. Look again.
        if (ended) return true;
      }
    },
  };
  return records;

  /** @returns the files that are to be tried again */
  async function settleBatch(
    company: string,
    jobId: string,
    files: readonly UploadFile[],
    logEntryOf: (file: UploadFile) => LogEntry,
  ): Promise<UploadFile[]> {
    const lines = files.map(logEntryOf);
    const counted = lines.reduce((counts, line) => addCounts(counts, countsOf(line)), noCounts);
    const writes = [
      ...files.map((file, index) => settlingUpdate(file, file.state, lines[index])),
      countingUpdate(company, jobId, counted),
    ];
    try {
      await retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems: writes })));
      return [];
    } catch (error) {
      if (!isConditionFailure(error) || !(error instanceof TransactionCanceledException)) throw error;
      const reasons = error.CancellationReasons ?? [];
      const open = files.filter((_, index) => reasons[index]?.Code !== 'ConditionalCheckFailed');
      if (open.length === files.length) throw error;
      return open;
    }
  }

  function settlingWrites(file: FileKey, from: UploadFileState, line: LogEntry, assetId?: string): Write[] {
    return [
      settlingUpdate(file, from, line, assetId),
      countingUpdate(file.company, file.jobId, countsOf(line)),
    ];
  }

  function settlingUpdate(
    file: FileKey,
    from: UploadFileState,
    line: LogEntry | undefined,
    assetId?: string,
  ): Write {
    const setId = assetId === undefined ? '' : ', assetId = :assetId';
    return fileUpdate(
      file,
      from,
      `SET #state = :state, logEntry = :logEntry${setId} REMOVE pendingAction, refreshDerived`,
      {
        ':state': 'settled',
        ':logEntry': line,
        ...(assetId === undefined ? {} : { ':assetId': assetId }),
      },
    );
  }

  function fileUpdate(
    { company, jobId, file }: FileKey,
    from: UploadFileState,
    update: string,
    values: Record<string, unknown>,
  ): Write {
    return {
      Update: {
        TableName: jobTableName,
        Key: fileKey(company, jobId, file),
        UpdateExpression: update,
        ConditionExpression: '#state = :from',
        ExpressionAttributeNames: {
          '#state': 'state',
        },
        ExpressionAttributeValues: { ...values, ':from': from },
      },
    };
  }

  /** `total` was counted when the upload was created. */
  function countingUpdate(company: string, jobId: string, change: ReturnType<typeof countsOf>): Write {
    const changes = Object.entries(change).filter(([name, value]) => name !== 'total' && value !== 0);
    return {
      Update: {
        TableName: jobTableName,
        Key: jobKey(company, jobId),
        UpdateExpression: `SET ${changes.map(([name]) => `counts.#${name} = counts.#${name} + :${name}`).join(', ')}`,
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: Object.fromEntries(changes.map(([name]) => [`#${name}`, name])),
        ExpressionAttributeValues: Object.fromEntries(changes.map(([name, value]) => [`:${name}`, value])),
      },
    };
  }

  async function transact(writes: Write[]): Promise<boolean> {
    try {
      await retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems: writes })));
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  }

  async function putAll(items: readonly Record<string, unknown>[]): Promise<void> {
    let open = items.map((Item) => ({ PutRequest: { Item } }));
    for (let attempt = 1; open.length > 0; attempt += 1) {
      if (attempt > maxAttempts) throw new Failure('storage.busy', 'The database is busy; try again');
      if (attempt > 1) await wait(Math.random() * Math.min(50 * 2 ** attempt, 5_000));
      const { UnprocessedItems } = await documents.send(
        new BatchWriteCommand({ RequestItems: { [jobTableName]: open } }),
      );
      open = (UnprocessedItems?.[jobTableName] ?? []) as typeof open;
    }
  }
}

/**
 * The record is as it was read. `modified` changes with everything but publishing, of which the rest tells, and the
 * count of derived images; what has gone to the trash since is nobody's to write.
 */
function isStill({ version, intent, publications, modified, folder, uploadedAt, derivedCount }: Asset) {
  return {
    ConditionExpression:
      'version = :version AND intent = :intent AND publications = :publications AND modified = :modified AND folder = :folder AND uploadedAt = :uploadedAt AND attribute_not_exists(trashed) AND ' +
      (derivedCount === undefined ? 'attribute_not_exists(derivedCount)' : 'derivedCount = :derivedCount'),
    ExpressionAttributeValues: {
      ':version': version,
      ':intent': intent,
      ':publications': publications,
      ':modified': modified,
      ':folder': folder,
      ':uploadedAt': uploadedAt,
      ...(derivedCount === undefined ? {} : { ':derivedCount': derivedCount }),
    },
  };
}

function fileOf(item: Record<string, unknown>): UploadFile {
  const { pk, sk, expires, ...file } = item;
  return file as unknown as UploadFile;
}
