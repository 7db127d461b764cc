import type { DeliveredOnDay } from '../../adapters/cloudfront/read-access-log.ts';
import type { UsageStore } from '../../adapters/dynamodb/companies/usage-store.ts';
import type { BytesPage, BytesPlace } from '../../adapters/s3/stored-bytes.ts';
import { type Server, servers } from '../../domain/delivery/server.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { type UsageWork, usageWork } from './count-usage.contract.ts';

export interface CountUsageDependencies
  extends Pick<UsageStore, 'countDelivered' | 'recordStored' | 'readUsage'> {
  readonly accessLogBucket: string;
  readonly listCompanies: () => Promise<readonly string[]>;
  /** What a log file says was delivered. @returns undefined if the file does not exist any more */
  readonly readLog: (
    key: string,
    companies: ReadonlySet<string>,
  ) => Promise<readonly DeliveredOnDay[] | undefined>;
  readonly countAssets: (company: string) => Promise<number>;
  readonly masterBytes: (company: string, from: BytesPlace | undefined) => Promise<BytesPage>;
  readonly originBytes: (server: Server, company: string, from: BytesPlace | undefined) => Promise<BytesPage>;
  /** Puts a message into the queue of this function. */
  readonly request: (work: UsageWork) => Promise<void>;
  readonly now: () => string;
  /** Milliseconds until the function is ended. */
  readonly timeLeft: () => number;
  readonly log: { warn(message: string, facts: Record<string, unknown>): void };
}

type Progress = NonNullable<Extract<UsageWork, { company: string }>['progress']>;

/** Messages that are sent in parallel. */
const sendsAtATime = 10;

/** Milliseconds reserved for a page, and for a message about the rest. */
const reserve = 30_000;

/**
 * "Count Usage", every night: has a message for each company put into the queue, so that no company waits for a larger one.
 */
export async function countCompanies({ listCompanies, request }: CountUsageDependencies): Promise<void> {
  await inParallel([...(await listCompanies())], sendsAtATime, (company) => request({ company }));
}

/**
 * "Count Usage", for a message: adds up a log file of CloudFront, or what a company has stored. Both can be repeated: a log file is
 * counted once, and a count of what is stored replaces the one of the same day.
 *
 * Costs: a log file is a GET, and 4 write units and more (usage-store.ts). What is stored is a LIST for 1,000 objects: $0.01 a
 * night for a million assets that are live on one server.
 * @throws transient errors: the message is then delivered again
 */
export async function countUsage(message: unknown, dependencies: CountUsageDependencies): Promise<void> {
  const work = usageWork.parse(message);
  if ('company' in work) return countStored(work.company, work.progress, dependencies);
  const { bucket, object } = work.detail;
  if (bucket.name !== dependencies.accessLogBucket) {
    dependencies.log.warn('The event is not about an access log', { bucket: bucket.name, key: object.key });
    return;
  }
  const companies = new Set(await dependencies.listCompanies());
  const delivered = await dependencies.readLog(object.key, companies);
  if (!delivered) {
    dependencies.log.warn('The access log does not exist any more', { key: object.key });
    return;
  }
  await dependencies.countDelivered(object.key, delivered, dependencies.now());
}

async function countStored(
  company: string,
  before: Progress | undefined,
  dependencies: CountUsageDependencies,
): Promise<void> {
  let progress = before ?? (await begin(company, dependencies));
  while (progress.bucket <= servers.length) {
    if (dependencies.timeLeft() < reserve) return dependencies.request({ company, progress });
    const server = servers[progress.bucket - 1];
    const { bytes, next } = server
      ? await dependencies.originBytes(server, company, progress.from)
      : await dependencies.masterBytes(company, progress.from);
    const { from: _, ...counted } = progress;
    const sum = server ? 'publishedBytes' : 'masterBytes';
    progress = {
      ...counted,
      [sum]: counted[sum] + bytes,
      ...(next ? { from: next } : { bucket: counted.bucket + 1 }),
    };
  }
  const { started: counted, assets, masterBytes, publishedBytes, announcedBefore } = progress;
  const stored = { assets, masterBytes, publishedBytes, counted };
  await dependencies.recordStored(company, counted.slice(0, 10), stored, announcedBefore);
}

async function begin(
  company: string,
  { now, readUsage, countAssets }: CountUsageDependencies,
): Promise<Progress> {
  const started = now();
  const today = started.slice(0, 10);
  // First: an upload that is announced after this look, and counted in spite of it, counts twice until the next night.
  const [day] = await readUsage(company, today, today);
  return {
    started,
    announcedBefore: day?.announced ?? { assets: 0, bytes: 0 },
    assets: await countAssets(company),
    masterBytes: 0,
    publishedBytes: 0,
    bucket: 0,
  };
}
