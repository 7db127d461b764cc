/** The tables that store tests run on: in memory, or those of a true database. */
import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { assetItem } from '../../adapters/dynamodb/assets/asset-store.ts';
import { jobItem } from '../../adapters/dynamodb/jobs/job-item.ts';
import { jobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import { partStore } from '../../adapters/dynamodb/jobs/part-store.ts';
import { queueStore } from '../../adapters/dynamodb/jobs/queue-store.ts';
import { submissionStore } from '../../adapters/dynamodb/jobs/submission-store.ts';
import { batchWrite } from '../../adapters/dynamodb/table/batch-write.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import { defaultSettings } from '../../domain/companies/settings.ts';
import type { Job } from '../../domain/jobs/job.ts';
import { type Call, type CallHook, callHook, type Input } from '../support/calls.ts';
import { tableDefinitions } from '../support/dynamodb/table-definitions.ts';
import { documentsThrough } from '../support/memory-clients.ts';
import { memoryDynamodb } from '../support/memory-dynamodb.ts';

export interface StoreTable {
  readonly documents: DynamoDBDocumentClient;
  /** Names of the tables. */
  readonly assets: string;
  readonly jobs: string;
  readonly secrets: string;
  /** What comes between the client and the tables; `undefined` again after each test. */
  readonly hook: CallHook;
}

export const storeTableNames = { assets: 'assets', jobs: 'jobs', secrets: 'secrets' } as const;

export function memoryStoreTable(): StoreTable {
  const hook = callHook();
  const { service } = memoryDynamodb(tableDefinitions);
  return { documents: documentsThrough(hook, service), hook, ...storeTableNames };
}

/** The stores of jobs, queue, parts and submissions together. */
export function jobStores({ documents, jobs }: StoreTable) {
  return {
    ...jobStore(documents, jobs),
    ...queueStore(documents, jobs),
    ...partStore(documents, jobs),
    ...submissionStore(documents, jobs),
  };
}

let companies = 0;

/** A company of its own: tests share their tables. */
export function newCompany(): string {
  companies += 1;
  return `c${String(companies).padStart(4, '0')}`;
}

let permits = 0;

/** The number of a permit that no other test takes. */
export function newPermit(): number {
  permits += 1;
  return permits;
}

/** An item as it lies in a table. */
export async function itemIn(
  { documents }: StoreTable,
  TableName: string,
  Key: { pk: string; sk: string },
): Promise<Record<string, unknown> | undefined> {
  return (await documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
}

/** Puts records as if somebody else had written them. */
export async function putAssets(table: StoreTable, ...records: Asset[]): Promise<void> {
  const puts = records.map((asset) => ({ put: assetItem(asset, defaultSettings) }));
  await batchWrite(table.documents, table.assets, puts);
}

/** The same for jobs. */
export async function putJobs(table: StoreTable, ...jobs: Job[]): Promise<void> {
  const puts = jobs.map((job) => ({ put: jobItem(job) }));
  await batchWrite(table.documents, table.jobs, puts);
}

/** Does work. @returns its result, its calls in order, and what they cost in read and write units */
export async function measured<Result>(
  { hook }: Pick<StoreTable, 'hook'>,
  work: () => Promise<Result>,
): Promise<{ result: Result; calls: readonly Call[]; units: number }> {
  const before = hook.calls.length;
  let units = 0;
  hook.onCall = async ({ input }, next) => {
    const output = await next({ ...input, ReturnConsumedCapacity: 'TOTAL' });
    const { ConsumedCapacity = [] } = output as {
      ConsumedCapacity?: { CapacityUnits?: number } | { CapacityUnits?: number }[];
    };
    for (const one of [ConsumedCapacity].flat()) units += one.CapacityUnits ?? 0;
    return output;
  };
  const result = await work().finally(() => {
    hook.onCall = undefined;
  });
  return { result, calls: hook.calls.slice(before), units };
}

/** Makes the next call of a command be made twice, as the SDK does where the response to the first got lost. */
export function repeatNext({ hook }: Pick<StoreTable, 'hook'>, command: string): void {
  hook.onCall = async (call, next) => {
    if (call.command !== command) return next();
    hook.onCall = undefined;
    await next();
    return next();
  };
}

/** Fails the next call of a command, and makes it not. */
export function failNext({ hook }: Pick<StoreTable, 'hook'>, command: string, error: Error): void {
  hook.onCall = async (call, next) => {
    if (call.command !== command) return next();
    hook.onCall = undefined;
    throw error;
  };
}

/** Lets something happen right before the next call of a command, as somebody else would do it. */
export function beforeNext(
  { hook }: Pick<StoreTable, 'hook'>,
  command: string,
  work: (input: Input) => Promise<unknown>,
): void {
  hook.onCall = async (call, next) => {
    if (call.command !== command) return next();
    hook.onCall = undefined;
    await work(call.input);
    return next();
  };
}
