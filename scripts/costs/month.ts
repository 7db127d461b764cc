/** The bill of a month, line by line. */
import { prices, traceShare } from '../../bench/support/prices.ts';
import type { Assumptions } from './assumptions.ts';
import type { DeployedFunction, Deployment } from './deployment.ts';
import type { Measured } from './measured.ts';

export type Group = 'idle' | 'storage' | 'work' | 'delivery';

export interface CostLine {
  readonly group: Group;
  readonly label: string;
  /** The quantity that is paid for. */
  readonly quantity: string;
  readonly dollars: number;
}

const secondsOfMonth = 43_830 * 60;

/** Lambda polls a queue with five connections that wait for 20 seconds. */
const pollsOfMonth = 43_830 * 15;

/** Milliseconds of a scheduled function that finds nothing to do, with its start. An assumption. */
const idleMilliseconds = 500;

/** Bytes of a record without metadata, of its versions, and of its history: what the stores write for one image. */
const recordBytes = { record: 700, versions: 500, history: 500 } as const;

/** DynamoDB adds 100 bytes to each item; a row of an index that holds only keys has about 150 bytes. */
const itemOverhead = 100;
const indexRowBytes = 150;

/** Writes of the whole record, which cost a write unit for each kilobyte. */
const recordWrites = { upload: 2, publish: 1, edit: 1 } as const;

/** Bytes of a job's plan and log for an asset, in S3. */
const jobBytes = 300;
const jobMonths = 13;

/** The lines of a bill, in the order of the page. */
export function monthOf(given: Assumptions, deployed: Deployment, measured: Measured): CostLine[] {
  const lines: CostLine[] = [];
  const add = (group: Group, label: string, quantity: string, dollars: number) =>
    lines.push({ group, label, quantity, dollars });

  addIdle(deployed, add);
  addStorage(given, deployed, add);
  addWork(given, deployed, measured, add);
  addDelivery(given, deployed, add);
  return lines;
}

type Add = (group: Group, label: string, quantity: string, dollars: number) => void;

function addIdle({ alarms, alarmMetrics, polledQueues, scheduled, dashboards }: Deployment, add: Add): void {
  add('idle', `${alarms} alarms`, amount(alarmMetrics, 'metrics'), alarmMetrics * prices.alarm);
  const polls = polledQueues * pollsOfMonth;
  add(
    'idle',
    `SQS: Lambda polls ${polledQueues} queues, about 15 requests a minute each`,
    amount(polls, 'requests'),
    polls * prices.queueRequest,
  );
  const runs = scheduled.reduce((sum, one) => sum + one.runs, 0);
  const dollars = scheduled.reduce(
    (sum, one) =>
      sum +
      callDollars(one.function, one.runs, idleMilliseconds) +
      tracesOf(one.function, one.runs) * prices.trace,
    0,
  );
  add(
    'idle',
    `scheduled functions: ${scheduled.map((one) => one.function.name).join(', ')}; with their traces`,
    amount(runs, 'calls'),
    dollars,
  );
  // The first three of an account are free.
  add('idle', `${dashboards === 1 ? 'dashboard' : 'dashboards'}`, `${dashboards}, free up to 3`, 0);
}

function addStorage(given: Assumptions, deployed: Deployment, add: Add): void {
  const { assets, servers } = given;
  const originGigabytes = (assets * servers * given['master-kilobytes']) / 1e6;
  const masterGigabytes = ((assets * given['master-kilobytes']) / 1e6) * (1 + given['old-versions'] / 100);
  const add1 = (label: string, gigabytes: number, price: number) =>
    add('storage', label, `${gigabytesText(gigabytes)}`, gigabytes * price);
  add1('masters, with older versions', masterGigabytes, prices.s3Storage);
  add1('copies on the servers', originGigabytes, prices.s3Storage);
  const items = 3;
  const { record, versions, history } = recordBytes;
  const tableGigabytes =
    (assets * (record + given['metadata-bytes'] + versions + history + items * itemOverhead)) / 1e9;
  const indexGigabytes = (assets * deployed.fullIndexes * (indexRowBytes + itemOverhead)) / 1e9;
  add1(
    `records, versions, history, and ${deployed.fullIndexes} indexes`,
    tableGigabytes + indexGigabytes,
    prices.tableStorage,
  );
  add1('point-in-time recovery of the tables', tableGigabytes, prices.pointInTimeRecovery);
  const logGigabytes = (jobMonths * (given.uploads + given.publishes) * jobBytes) / 1e9;
  add1('logs of jobs, kept for 13 months', logGigabytes, prices.s3Storage);
  const access = (given.requests * given['access-log-bytes'] * (deployed.accessLogDays / 30.44)) / 1e9;
  add1(`access logs of CloudFront, kept for ${deployed.accessLogDays} days`, access, prices.s3Storage);
}

/** Items of a page. */
const searchedItems = 100;

/** Milliseconds of a call of index-library with one change: one PUT. */
const indexMilliseconds = 60;

function addWork(given: Assumptions, deployed: Deployment, measured: Measured, add: Add): void {
  const { uploads, publishes, edits } = given;
  const { uploadAndPublish, editMetadata, publishDollars } = measured;
  const ingest = deployed.functionOf('ingest-upload');
  add(
    'work',
    'uploads that are published at once',
    amount(uploads, 'uploads'),
    uploads * (uploadAndPublish + extraUnits(given, recordWrites.upload) * prices.writeUnit) +
      callDollars(ingest, uploads, given['ingest-milliseconds']),
  );
  add(
    'work',
    'assets published by jobs',
    amount(publishes, 'assets'),
    publishes * (publishDollars + extraUnits(given, recordWrites.publish) * prices.writeUnit),
  );
  add(
    'work',
    'edits of metadata',
    amount(edits, 'edits'),
    edits * (editMetadata + extraUnits(given, recordWrites.edit) * prices.writeUnit),
  );
  const api = deployed.functionOf('serve-api');
  const calls = given['api-requests'];
  add(
    'work',
    'API: gateway, serve-api, traces',
    amount(calls, 'requests'),
    calls * prices.apiRequest +
      callDollars(api, calls, given['api-milliseconds']) +
      tracesOf(api, calls) * prices.trace,
  );
  add('work', 'logs of the API', ...logs(calls, given, deployed));
  const search = deployed.functionOf('serve-api-search');
  const { searches } = given;
  add(
    'work',
    'searches: gateway, serve-api-search, LIST',
    amount(searches, 'searches'),
    searches * (prices.apiRequest + prices.s3Put + (searchedItems / 2) * prices.readUnit) +
      callDollars(search, searches, given['search-milliseconds']),
  );
  // An upload that is published at once writes its record twice; the assets of a job arrive in large batches. The PUTs are
  // in the measured actions.
  const changes = 2 * uploads + edits;
  add(
    'work',
    'changes for the search indexes: index-library',
    amount(changes, 'changes'),
    callDollars(deployed.functionOf('index-library'), changes, indexMilliseconds),
  );
  add('work', 'members who sign in', amount(given.members, 'members'), given.members * prices.member);
}

function addDelivery(given: Assumptions, deployed: Deployment, add: Add): void {
  const { requests } = given;
  const gigabytes = (requests * given['request-kilobytes']) / 1e6;
  const misses = requests * (1 - given['hit-percent'] / 100);
  const images = misses * (given['image-percent'] / 100);
  const others = requests * (1 - given['image-percent'] / 100);
  const server = deployed.functionOf('serve-image');
  add(
    'delivery',
    'requests to CloudFront (HTTPS)',
    amount(requests, 'requests'),
    requests * prices.edgeRequest,
  );
  add('delivery', 'transfer from CloudFront', gigabytesText(gigabytes), gigabytes * prices.edgeGigabyte);
  add(
    'delivery',
    'CloudFront Functions: one for each request, a second one for files and video',
    amount(requests + others, 'calls'),
    (requests + others) * prices.edgeFunction,
  );
  add(
    'delivery',
    `image server, ${server.megabytes.toLocaleString('en-US')} MB`,
    amount(images, `images of ${given['image-milliseconds']} ms`),
    callDollars(server, images, given['image-milliseconds']),
  );
  const traces = tracesOf(server, images);
  add('delivery', 'traces of the image server', amount(traces, 'traces'), traces * prices.trace);
  add('delivery', 'logs of the image server', ...logs(images, given, deployed));
  // The object, and whether the company's image settings have changed.
  add('delivery', 'S3 GET for misses', amount(misses + images, 'GET'), (misses + images) * prices.s3Get);
}

/** Invocations and GB-seconds, at the memory that is deployed. */
function callDollars({ megabytes, isX86 }: DeployedFunction, calls: number, milliseconds: number): number {
  const perSecond = isX86 ? prices.lambdaGigabyteSecondX86 : prices.lambdaGigabyteSecond;
  return calls * (prices.lambdaRequest + (megabytes / 1_024) * (milliseconds / 1_000) * perSecond);
}

/**
 * Traces of calls that come at random moments: the first of each second, and a share of the others.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html
 */
function tracesOf({ isTraced }: Pick<DeployedFunction, 'isTraced'>, calls: number): number {
  if (!isTraced) return 0;
  const first = secondsOfMonth * (1 - Math.exp(-calls / secondsOfMonth));
  return first + traceShare * (calls - first);
}

function logs(calls: number, given: Assumptions, { logDays }: Deployment): [string, number] {
  const gigabytes = (calls * given['log-bytes']) / 1e9;
  const stored = gigabytes * (logDays / 30.44);
  return [gigabytesText(gigabytes), gigabytes * prices.logGigabyte + stored * prices.logStorage];
}

/** Write units of a record above its first kilobyte. The bench measures records below 1 kB. */
function extraUnits(given: Assumptions, writes: number): number {
  return writes * (Math.ceil((recordBytes.record + given['metadata-bytes']) / 1_024) - 1);
}

function amount(value: number, unit: string): string {
  return `${Math.round(value).toLocaleString('en-US')} ${unit}`;
}

function gigabytesText(value: number): string {
  return `${value.toLocaleString('en-US', { maximumFractionDigits: 1 })} GB`;
}
