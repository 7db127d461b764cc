/** Upload jobs and their files, in the job table, and the assets that they record, in the asset table. */
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
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
import type { QuotaReservation } from '../../../domain/companies/usage.ts';
import { inParallel } from '../../../domain/in-parallel.ts';
import {
  addCounts,
  type CountsChange,
  countsOf,
  countsOfReplacing,
  isEmptyChange,
} from '../../../domain/jobs/counts.ts';
import { isTerminal, type LogEntry, noCounts, type UploadJob } from '../../../domain/jobs/job.ts';
import { timeOfId } from '../../../domain/jobs/ulid-times.ts';
import { uploadEnd } from '../../../domain/uploads/upload-end.ts';
import type {
  OpenUploadStep,
  UploadFile,
  UploadFileAction,
  UploadFileState,
} from '../../../domain/uploads/upload-file.ts';
import type { FileSource } from '../../../domain/uploads/upload-source.ts';
import { assetItem } from '../assets/asset-store.ts';
import { versionItem } from '../assets/version-store.ts';
import { announcedUsageUpdate } from '../companies/announced-usage.ts';
import { countsToAdd } from '../jobs/counts-to-add.ts';
import { jobItem } from '../jobs/job-item.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { fileKey, jobKey } from '../keys.ts';
import { folderStore } from '../library/folder-store.ts';
import { batchWrite } from '../table/batch-write.ts';
import { type Condition, conditionOf, isNew, oneOf, present } from '../table/condition.ts';
import { conditionHeld, isConditionFailure } from '../table/condition-failure.ts';
import { expiryOf } from '../table/expiry.ts';
import { retryConflicts } from '../table/retry-conflicts.ts';
import { type ItemUpdate, updateOf } from '../table/update-of.ts';

type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
type FileKey = Pick<UploadFile, 'company' | 'jobId' | 'file'>;

/** A file as it was read, with what shows whether it was given up before, and what it has announced. */
type OpenFile = FileKey & Pick<UploadFile, 'givenUp' | 'logEntry' | 'reserved' | 'bytes'>;

/** Puts of new files at a time: 10,000 files take some seconds. */
const parallelPuts = 50;

/** A transaction takes 100 writes: one is for the job, and one for each day of the quota; an upload is open for 24 hours. */
const maxTransactionItems = 96;

/** What the transaction that records a file's asset does to the file: it settles it, or leaves work to do. */
export type AfterRecording = { readonly logEntry: LogEntry } | PendingUploadWork;

/** The remaining work of a file that is recorded but not settled. */
export interface PendingUploadWork {
  readonly pendingAction?: UploadFileAction | undefined;
  readonly refreshDerived: boolean;
  readonly resultText: string;
  readonly warnings: readonly string[];
  /** For a file that was given up before: its log entry until the work is done. */
  readonly logEntryMeanwhile?: LogEntry;
}

/** When a job ended: by this call, or before it. */
type UploadEnding = 'now' | 'earlier';

export interface UploadStore {
  /**
   * Writes the files, then the job. If the function dies in between, it leaves files without a job, which expire, or which a
   * repeated call writes again.
   * @param reservation is announced with the job, both or none
   * @returns false if the job exists
   */
  createUpload(
    job: UploadJob,
    files: readonly UploadFile[],
    reservation?: QuotaReservation,
  ): Promise<boolean>;
  /**
   * Writes a job whose files are fetched, without files: 2 write units.
   * @returns false if it exists
   */
  createFetchingUpload(job: UploadJob): Promise<boolean>;
  /**
   * Announces the files of a source, once for a job: 4 write units.
   * @returns the day that they are announced for; undefined if the job has ended
   */
  reserveListed(company: string, jobId: string, reservation: QuotaReservation): Promise<string | undefined>;
  /** Writes files that do not exist yet. Those that exist stay as they are. */
  addFiles(files: readonly UploadFile[]): Promise<void>;
  /**
   * Adds the files of a source to the counts of its job, once.
   * @param settled counts of the files that are settled already, such as refused ones
   * @returns the job after it; undefined if the job has ended
   */
  recordListed(
    company: string,
    jobId: string,
    fileCount: number,
    settled: CountsChange,
    leftOut: NonNullable<UploadJob['leftOut']>,
  ): Promise<UploadJob | undefined>;
  /** Records that all files of the source were requested, so that the job may end. */
  recordRequested(company: string, jobId: string, at: string): Promise<void>;
  /**
   * Records what a transfer is about to bring. A file that is announced announces the bytes that it did not know before.
   * @param file as it was read
   * @param uploadId of S3's multipart upload, for a large file
   * @returns false if the file is no longer pending
   */
  recordTransfer(
    file: FileKey & Pick<UploadFile, 'bytes' | 'reserved'>,
    bytes: number,
    source: FileSource,
    uploadId?: string,
  ): Promise<boolean>;
  /**
   * Reserves numbers for the files of an archive and adds them to the counts of its job: all or nothing, once.
   * @param settled counts of the files that are settled already, such as refused ones
   * @param reservation is announced with them
   * @returns the numbers; undefined if the archive is no longer pending, or the job is not running
   */
  reserveFiles(
    archive: FileKey,
    count: number,
    settled: CountsChange,
    reservation?: QuotaReservation,
  ): Promise<UploadFile['unpacked'] | undefined>;
  /**
   * Records that a pending metadata file has arrived, and counts it in its job, once: 4 write units.
   * @param at ISO 8601, UTC
   */
  recordArrival(file: FileKey, at: string): Promise<void>;
  /** Strongly consistent. */
  getFile(company: string, jobId: string, file: number): Promise<UploadFile | undefined>;
  /** By number, strongly consistent. */
  listFiles(
    company: string,
    jobId: string,
    page: { limit: number; after?: number | undefined },
  ): Promise<{ items: UploadFile[]; next?: number }>;
  /** @returns the upload id that the file has now: the given one, or the one that it had before */
  ensureUploadId(file: FileKey, uploadId: string): Promise<string>;
  /**
   * Records the asset of a pending file, its version, and the file as recorded or settled: all or nothing.
   * @param before the asset as it was read. Undefined for a new asset, whose id must be free
   * @returns false if the file is no longer pending or the asset has changed since it was read
   */
  recordFile(
    file: OpenFile,
    before: Asset | undefined,
    asset: Asset,
    settings: Pick<CompanySettings, 'servers'>,
    next: AfterRecording,
  ): Promise<boolean>;
  /**
   * Gives a file its log entry and counts it, once. The entry of a file that was given up before is replaced, and the counts
   * change by the difference.
   * @param from the step that is done, or fails, with this entry
   * @param outcome `given-up`: the step is taken up again if the file's event is sent again
   * @returns false if the file is at another step
   */
  finishFile(
    file: OpenFile,
    from: OpenUploadStep,
    logEntry: LogEntry,
    outcome?: 'done' | 'given-up',
  ): Promise<boolean>;
  /**
   * Settles every file that has one of these states. A file that is settled meanwhile keeps its log entry.
   * @param outcome as for `finishFile`
   */
  finishFiles(
    company: string,
    jobId: string,
    states: readonly OpenUploadStep[],
    logEntryOf: (file: UploadFile) => LogEntry,
    outcome?: 'done' | 'given-up',
  ): Promise<void>;
  /**
   * Ends the job if all its files are settled. A job that had ended with errors has succeeded once files that were given up
   * leave it without errors.
   * @returns whether this call ended the job, or it had ended earlier; undefined if it has not ended
   */
  endIfComplete(company: string, jobId: string, at: string): Promise<UploadEnding | undefined>;
}

export function uploadStore(
  documents: DynamoDBDocumentClient,
  jobTableName: string,
  assetTableName: string,
  jobs: Pick<JobStore, 'getJob' | 'endJob'>,
): UploadStore {
  const { ensureFolder } = folderStore(documents, assetTableName);

  const records: UploadStore = {
    async createUpload(job, files, reservation) {
      const expires = expiryOf(job.submitted);
      const puts = files.map((file) => ({
        put: { ...file, ...fileKey(file.company, file.jobId, file.file), expires },
      }));
      await batchWrite(documents, jobTableName, puts);
      // A job whose files are all refused has already ended.
      const ended = job.ended === undefined ? {} : { expires: expiryOf(job.ended) };
      const put = { TableName: jobTableName, Item: { ...jobItem(job), ...ended }, ...isNew };
      if (reservation) return transact([{ Put: put }, announcing(job.company, reservation)]);
      return conditionHeld(() => documents.send(new PutCommand(put)));
    },

    async createFetchingUpload(job) {
      return conditionHeld(() =>
        documents.send(new PutCommand({ TableName: jobTableName, Item: jobItem(job), ...isNew })),
      );
    },

    async reserveListed(company, jobId, reservation) {
      const update = updateOf(jobTableName, {
        key: jobKey(company, jobId),
        set: { reserved: reservation.day },
        when: { status: oneOf('running', 'stopping'), reserved: undefined },
      });
      if (await transact([{ Update: update }, announcing(company, reservation)])) return reservation.day;
      const job = await jobs.getJob(company, jobId);
      return job?.kind === 'upload' ? job.reserved : undefined;
    },

    async addFiles(files) {
      await inParallel(files, parallelPuts, async (file) => {
        const key = fileKey(file.company, file.jobId, file.file);
        const Item = { ...file, ...key, expires: expiryOf(new Date(timeOfId(file.jobId)).toISOString()) };
        await conditionHeld(() =>
          documents.send(new PutCommand({ TableName: jobTableName, Item, ...isNew })),
        );
      });
    },

    async recordListed(company, jobId, fileCount, settled, leftOut) {
      const update = updateOf(jobTableName, {
        key: jobKey(company, jobId),
        set: { fileCount, leftOut },
        add: countsToAdd({ ...settled, total: fileCount }),
        when: { status: oneOf('running', 'stopping'), fileCount: undefined },
      });
      await conditionHeld(() => retryConflicts(() => documents.send(new UpdateCommand(update))));
      const job = await jobs.getJob(company, jobId);
      return job?.kind === 'upload' && !isTerminal(job.status) ? job : undefined;
    },

    async recordRequested(company, jobId, at) {
      const update = updateOf(jobTableName, {
        key: jobKey(company, jobId),
        setIfMissing: { listed: at },
        when: { status: oneOf('running', 'stopping') },
      });
      await conditionHeld(() => retryConflicts(() => documents.send(new UpdateCommand(update))));
    },

    async reserveFiles({ company, jobId, file }, count, settled, reservation) {
      for (;;) {
        const archive = await records.getFile(company, jobId, file);
        if (archive?.unpacked) return archive.unpacked;
        const job = await jobs.getJob(company, jobId);
        if (archive?.state !== 'pending' || job?.kind !== 'upload' || job.status !== 'running')
          return undefined;
        // Until the first archive is unpacked, the numbers of the files end at their count.
        const unpacked = {
          first: (job.lastFile ?? job.counts.total) + 1,
          count,
          ...(reservation && { reserved: reservation.day }),
        };
        const writes = [
          {
            Update: updateOf(jobTableName, {
              key: fileKey(company, jobId, file),
              set: { unpacked },
              when: { state: 'pending', unpacked: undefined },
            }),
          },
          {
            Update: updateOf(jobTableName, {
              key: jobKey(company, jobId),
              set: { lastFile: unpacked.first + count - 1 },
              add: countsToAdd({ ...settled, total: count }),
              when: { status: 'running', lastFile: job.lastFile },
            }),
          },
          ...(reservation ? [announcing(company, reservation)] : []),
        ];
        if (await transact(writes)) return unpacked;
      }
    },

    async recordTransfer(seen, bytes, source, uploadId) {
      const { company, jobId, file, bytes: before, reserved: day } = seen;
      const update = { key: fileKey(company, jobId, file), set: { bytes, source, uploadId } };
      if (day === undefined || bytes === before) {
        const parameters = updateOf(jobTableName, { ...update, when: { state: 'pending' } });
        return conditionHeld(() => documents.send(new UpdateCommand(parameters)));
      }
      const parameters = updateOf(jobTableName, { ...update, when: { state: 'pending', bytes: before } });
      const announced = announcing(company, { day, assets: 0, bytes: bytes - before });
      if (await transact([{ Update: parameters }, announced])) return true;
      // A parallel call has recorded its bytes, and may have died since: this one goes on.
      const now = await records.getFile(company, jobId, file);
      return now?.state === 'pending' && records.recordTransfer(now, bytes, source, uploadId);
    },

    async recordArrival({ company, jobId, file }, at) {
      await transact([
        {
          Update: updateOf(jobTableName, {
            key: fileKey(company, jobId, file),
            set: { arrived: at },
            when: { state: 'pending', arrived: undefined },
          }),
        },
        {
          Update: updateOf(jobTableName, {
            key: jobKey(company, jobId),
            add: { waitingFiles: 1 },
            when: { pk: present },
          }),
        },
      ]);
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
      const update = updateOf(jobTableName, {
        key: fileKey(company, jobId, file),
        setIfMissing: { uploadId },
        when: { pk: present },
      });
      const { Attributes } = await documents.send(
        new UpdateCommand({ ...update, ReturnValues: 'UPDATED_NEW' }),
      );
      return String(Attributes?.uploadId);
    },

    async recordFile(file, before, asset, settings, next) {
      // Not in the transaction, because all files of a folder would collide there. An empty folder does no harm.
      await ensureFolder(asset.company, asset.folder);
      const writes: Write[] = [
        {
          Put: {
            TableName: assetTableName,
            Item: assetItem(asset, settings),
            ...(before ? unchanged(before) : isNew),
          },
        },
        { Put: { TableName: assetTableName, Item: versionItem(asset) } },
        ...('logEntry' in next
          ? settlingWrites(file, 'pending', next.logEntry, 'done', asset.id)
          : recordingWrites(file, asset.id, next)),
      ];
      return transact(writes);
    },

    async finishFile(file, from, logEntry, outcome = 'done') {
      return transact(settlingWrites(file, from, logEntry, outcome));
    },

    async finishFiles(company, jobId, states, logEntryOf, outcome = 'done') {
      let after: number | undefined = 0;
      while (after !== undefined) {
        const page: { items: UploadFile[]; next?: number } = await records.listFiles(company, jobId, {
          limit: maxTransactionItems,
          after,
        });
        let open = page.items.filter(({ state }) => state !== 'settled' && states.includes(state));
        while (open.length > 0) open = await settleBatch(company, jobId, open, logEntryOf, outcome);
        after = page.next;
      }
    },

    async endIfComplete(company, jobId, at) {
      for (;;) {
        const job = await jobs.getJob(company, jobId);
        if (job?.kind !== 'upload') return undefined;
        const status = uploadEnd(job);
        if (status === undefined) {
          if (job.status === 'completed-with-errors' && job.counts.errors === 0) await correctEnd(job);
          return isTerminal(job.status) ? 'earlier' : undefined;
        }
        const ended = await retryConflicts(() =>
          jobs.endJob(company, jobId, job.status, {
            status,
            counts: job.counts,
            ended: at,
          }),
        );
        // The job was cancelled meanwhile: read it again.
        if (ended) return 'now';
      }
    },
  };
  return records;

  /** @returns the files to try again */
  async function settleBatch(
    company: string,
    jobId: string,
    files: readonly UploadFile[],
    logEntryOf: (file: UploadFile) => LogEntry,
    outcome: 'done' | 'given-up',
  ): Promise<UploadFile[]> {
    const logEntries = files.map(logEntryOf);
    const counted = logEntries.reduce((counts, entry) => addCounts(counts, countsOf(entry)), noCounts);
    const writes = [
      ...files.map((file, index) =>
        fileUpdate(file, file.state, settling(file.state, logEntries[index], outcome)),
      ),
      countingUpdate(company, jobId, counted),
      ...releasing(
        company,
        files.filter(({ state }, index) => isRefused(state, logEntries[index], outcome)),
      ),
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

  function settlingWrites(
    file: OpenFile,
    from: OpenUploadStep,
    logEntry: LogEntry,
    outcome: 'done' | 'given-up',
    assetId?: string,
  ): Write[] {
    return [
      ...openWrites(file, from, settling(from, logEntry, outcome, assetId), logEntry),
      ...(isRefused(from, logEntry, outcome) ? releasing(file.company, [file]) : []),
    ];
  }

  function announcing(company: string, reservation: QuotaReservation): Write {
    return { Update: announcedUsageUpdate(jobTableName, company, reservation) };
  }

  /** Releases what files have announced that are not taken. */
  function releasing(company: string, files: readonly Pick<UploadFile, 'reserved' | 'bytes'>[]): Write[] {
    const days = Map.groupBy(files, ({ reserved }) => reserved);
    return [...days].flatMap(([day, of]) =>
      day === undefined
        ? []
        : [
            announcing(company, {
              day,
              assets: -of.length,
              bytes: -of.reduce((sum, { bytes }) => sum + bytes, 0),
            }),
          ],
    );
  }

  function recordingWrites(file: OpenFile, assetId: string, next: PendingUploadWork): Write[] {
    const { pendingAction, refreshDerived, resultText, warnings, logEntryMeanwhile } = next;
    const work = { assetId, pendingAction, refreshDerived, resultText, warnings };
    if (file.givenUp === undefined)
      return [fileUpdate(file, 'pending', { set: { state: 'recorded', ...work } })];
    if (!logEntryMeanwhile)
      throw new Error(`File ${file.file} of ${file.jobId} was given up and needs a log entry`);
    const set = { ...work, givenUp: 'recorded', logEntry: logEntryMeanwhile };
    return openWrites(file, 'pending', { set }, logEntryMeanwhile);
  }

  /** An update of a file that is at this step, and the counting of its new log entry. */
  function openWrites(
    file: OpenFile,
    from: OpenUploadStep,
    update: Pick<ItemUpdate, 'set' | 'remove'>,
    logEntry: LogEntry,
  ): Write[] {
    const { company, jobId, givenUp } = file;
    const before = givenUp === undefined ? undefined : file.logEntry;
    const change = countsOfReplacing(before, logEntry);
    return [
      fileUpdate(
        file,
        givenUp === undefined ? from : 'settled',
        update,
        givenUp === undefined ? undefined : from,
      ),
      // A transaction takes no update that changes nothing.
      ...(givenUp !== undefined && isEmptyChange(change) ? [] : [countingUpdate(company, jobId, change)]),
    ];
  }

  function fileUpdate(
    { company, jobId, file }: FileKey,
    from: UploadFileState,
    update: Pick<ItemUpdate, 'set' | 'remove'>,
    givenUp?: OpenUploadStep,
  ): Write {
    const key = fileKey(company, jobId, file);
    const when = { state: from, ...(givenUp === undefined ? {} : { givenUp }) };
    return { Update: updateOf(jobTableName, { key, ...update, when }) };
  }

  /** `total` was counted when the upload was created. */
  function countingUpdate(company: string, jobId: string, { total, ...change }: CountsChange): Write {
    const key = jobKey(company, jobId);
    return { Update: updateOf(jobTableName, { key, add: countsToAdd(change), when: { pk: present } }) };
  }

  /** The condition on the counts keeps errors that another file is given at this moment. */
  async function correctEnd({ company, id }: UploadJob): Promise<void> {
    const update = updateOf(jobTableName, {
      key: jobKey(company, id),
      set: { status: 'succeeded' },
      when: { status: 'completed-with-errors', 'counts.errors': 0 },
    });
    await conditionHeld(() => retryConflicts(() => documents.send(new UpdateCommand(update))));
  }

  function transact(writes: Write[]): Promise<boolean> {
    return conditionHeld(() =>
      retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems: writes }))),
    );
  }
}

/**
 * The record has not changed since it was read, and is not in the trash. `modified` changes with everything except
 * publishing, which the other attributes show, and the count of derived images.
 */
function unchanged(asset: Asset): Condition {
  const { version, intent, publications, modified, folder, uploadedAt, derivedCount } = asset;
  return conditionOf({
    version,
    intent,
    publications,
    modified,
    folder,
    uploadedAt,
    derivedCount,
    trashed: undefined,
  });
}

/** Whether a file does not come into the library. One that was given up may still do. */
function isRefused(from: UploadFileState, entry: LogEntry | undefined, ending: 'done' | 'given-up'): boolean {
  if (from !== 'pending' || ending === 'given-up' || entry === undefined) return false;
  return ['skipped', 'error', 'not-reached'].includes(entry.outcome);
}

function settling(
  from: UploadFileState,
  logEntry: LogEntry | undefined,
  outcome: 'done' | 'given-up',
  assetId?: string,
): Pick<ItemUpdate, 'set' | 'remove'> {
  // What is needed to take the step up again stays.
  if (outcome === 'given-up') return { set: { state: 'settled', givenUp: from, logEntry, assetId } };
  return {
    set: { state: 'settled', logEntry, assetId },
    remove: ['pendingAction', 'refreshDerived', 'givenUp', 'reserved'],
  };
}

function fileOf(item: Record<string, unknown>): UploadFile {
  const { pk, sk, expires, ...file } = item;
  return file as unknown as UploadFile;
}
