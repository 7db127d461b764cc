import type { uploadSource as schema } from '@pressroom/api/uploads/upload-source';
import type * as z from 'zod';
import { checkUrl } from '../../../adapters/webhook/check-url.ts';
import { Failure, type FailureDetail, invalidField } from '../../../domain/failure.ts';
import { mayReadSource, type SourceBucket } from '../../../domain/uploads/source-buckets.ts';
import { uploadFileName } from '../../../domain/uploads/upload-file-name.ts';
import {
  type JobSource,
  nameInUrl,
  objectOfUrl,
  type SourceUrl,
  shownUrl,
  type UploadSource,
} from '../../../domain/uploads/upload-source.ts';
import type { Dependencies } from '../dependencies.ts';

type RequestedSource = z.output<typeof schema>;
type RequestedUrl = Extract<RequestedSource, { urls: unknown }>['urls'][number];

/** Errors of a list of URLs that a response names. */
const maxDetails = 20;

/**
 * A source as jobs and schedules store it. Addresses are looked up later, when the files are fetched.
 * @param field its name in the request
 * @param before the stored source: its URLs may be sent as they are shown
 * @throws Failure `request.invalid` for a bucket that the company may not read, a URL that is not allowed, or one without
 * a file name
 */
export function checkedSource(
  company: string,
  requested: RequestedSource,
  { field, changedOnly, before }: { field: string; changedOnly: boolean; before?: UploadSource | undefined },
  dependencies: Dependencies,
): UploadSource {
  const options = { changedOnly: requested.changedOnly ?? changedOnly };
  if ('urls' in requested) {
    const known = new Map(before?.kind === 'urls' ? before.urls.map(({ url }) => [shownUrl(url), url]) : []);
    return {
      kind: 'urls',
      ...options,
      urls: checkedUrls(requested.urls, known, `${field}.urls`, company, dependencies),
    };
  }
  const { bucket, prefix, includeSubfolders: below } = requested;
  const { sourceBuckets } = dependencies.uploads;
  if (!mayReadSource(sourceBuckets, company, { bucket, prefix }))
    throw invalidField(`${field}.bucket`, refusedBucket(company, sourceBuckets));
  return { kind: 's3', bucket, prefix, below, ...options };
}

function checkedUrls(
  urls: readonly RequestedUrl[],
  known: ReadonlyMap<string, string>,
  field: string,
  company: string,
  dependencies: Dependencies,
): SourceUrl[] {
  const details: FailureDetail[] = [];
  const checked = urls.flatMap(({ url: given, name, folder }, index): SourceUrl[] => {
    const at = `${field}[${index}]`;
    const url = known.get(given) ?? given;
    try {
      const found = checkedUrl(url, `${at}.url`, company, dependencies);
      const fileName = uploadFileName(name ?? nameInUrl(found), `${at}.name`);
      return [{ url, name: fileName, ...(folder === undefined ? {} : { folder }) }];
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      details.push(...error.details);
      return [];
    }
  });
  const [one] = details;
  if (!one) return checked;
  throw new Failure('request.invalid', `${one.field}: ${one.message}`, {
    details: details.slice(0, maxDetails),
  });
}

/** @throws Failure `request.invalid` */
function checkedUrl(
  url: string,
  field: string,
  company: string,
  { notifications: { notifyLoopback }, uploads: { sourceBuckets } }: Dependencies,
): Pick<URL, 'pathname'> {
  if (!url.isWellFormed()) throw invalidField(field, 'must be valid Unicode');
  const object = objectOfUrl(url);
  if (object) {
    if (mayReadSource(sourceBuckets, company, { bucket: object.bucket, prefix: object.key }))
      return { pathname: encodeURIComponent(object.key).replaceAll('%2F', '/') };
    throw invalidField(field, refusedBucket(company, sourceBuckets));
  }
  if (url.startsWith('s3://')) throw invalidField(field, 'must name a bucket and a key: s3://bucket/key');
  const result = checkUrl(url, { allowLoopback: notifyLoopback });
  if ('refused' in result) throw invalidField(field, result.refused);
  if (result.url.protocol !== 'https:' && !notifyLoopback)
    throw invalidField(field, 'must begin with https:// or s3://');
  return result.url;
}

function refusedBucket(company: string, sourceBuckets: readonly SourceBucket[]): string {
  const own = sourceBuckets.filter((one) => one.company === '*' || one.company === company);
  if (own.length === 0)
    return 'must be a bucket that the installation allows for this company; there is none (setting sourceBuckets)';
  const allowed = own.map((one) => `${one.bucket}/${one.prefix}`).join(', ');
  return `must be a bucket and prefix that the installation allows for this company: ${allowed}`;
}

/** The source of a job as the API shows it. */
export function toJobSourceResponse(source: JobSource) {
  if (source.kind === 'urls') return { urlCount: source.count, changedOnly: source.changedOnly };
  return toBucketResponse(source);
}

/** The source of a schedule as the API shows it. */
export function toScheduledSourceResponse(source: UploadSource) {
  if (source.kind === 's3') return toBucketResponse(source);
  const urls = source.urls.map(({ url, ...file }) => ({ url: shownUrl(url), ...file }));
  return { urls, changedOnly: source.changedOnly };
}

function toBucketResponse({ bucket, prefix, below, changedOnly }: Extract<UploadSource, { kind: 's3' }>) {
  return { bucket, prefix, includeSubfolders: below, changedOnly };
}
