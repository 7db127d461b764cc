/**
 * CloudFront's access logs (standard logging v2, W3C, gzip):
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
 */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { DeliveredUsage } from '../../domain/companies/usage.ts';
import { deliveredCompany } from '../../domain/delivery/delivered-company.ts';

/** What was delivered of a company on a day. */
export interface DeliveredOnDay extends DeliveredUsage {
  readonly company: string;
  /** `2026-11-24`, UTC. */
  readonly day: string;
}

const fieldsLine = '#Fields:';

/**
 * Adds up the requests and bytes of a log file. It is unpacked line by line, since it becomes about 20 times as large.
 * @param companies those that exist: paths of others are what visitors made up
 * @returns sorted by company and day, so that the same file always gives the same list
 * @throws Error for a file without the fields that are counted
 */
export async function readAccessLog(
  file: Uint8Array,
  companies: ReadonlySet<string>,
): Promise<DeliveredOnDay[]> {
  const totals = new Map<string, DeliveredOnDay>();
  let at: { readonly date: number; readonly bytes: number; readonly path: number } | undefined;
  for await (const line of linesOf(file)) {
    if (line.startsWith(fieldsLine)) {
      const names = line.slice(fieldsLine.length).trim().split(/\s+/);
      at = {
        date: names.indexOf('date'),
        bytes: names.indexOf('sc-bytes'),
        path: names.indexOf('cs-uri-stem'),
      };
      continue;
    }
    if (line.startsWith('#') || line === '') continue;
    if (!at || Math.min(at.date, at.bytes, at.path) < 0)
      throw new Error('The access log does not name the fields date, sc-bytes and cs-uri-stem');
    const values = line.split('\t');
    const company = deliveredCompany(values[at.path] ?? '');
    const [day, bytes] = [values[at.date] ?? '', Number(values[at.bytes])];
    if (company === undefined || !companies.has(company) || !/^\d{4}-\d\d-\d\d$/.test(day)) continue;
    const key = `${company}#${day}`;
    const before = totals.get(key) ?? { company, day, requests: 0, bytes: 0 };
    totals.set(key, {
      ...before,
      requests: before.requests + 1,
      bytes: before.bytes + (Number.isSafeInteger(bytes) && bytes > 0 ? bytes : 0),
    });
  }
  return [...totals].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, total]) => total);
}

async function* linesOf(file: Uint8Array): AsyncGenerator<string> {
  const text = Readable.from([file]).pipe(createGunzip());
  let failure: Error | undefined;
  // `readline` only stops where its stream fails.
  text.on('error', (error) => {
    failure = error;
  });
  yield* createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY });
  if (failure) throw failure;
}
