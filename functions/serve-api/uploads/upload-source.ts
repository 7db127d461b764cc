import type { uploadSource as schema } from '@pressroom/api/uploads/upload-source';
import type * as z from 'zod';
import { checkUrl } from '../../../adapters/webhook/check-url.ts';
import { Failure, type FailureDetail, invalidField } from '../../../domain/failure.ts';
import { mayReadSource } from '../../../domain/uploads/source-buckets.ts';
import { uploadFileName } from '../../../domain/uploads/upload-file-name.ts';
import {
  type JobSource,
  nameInUrl,
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
      urls: checkedUrls(requested.urls, known, `${field}.urls`, dependencies),
    };
  }
  const { bucket, prefix, includeSubfolders: below } = requested;
  const { sourceBuckets } = dependencies.uploads;
  if (!mayReadSource(sourceBuckets, company, { bucket, prefix })) {
    const own = sourceBuckets.filter((one) => one.company === '*' || one.company === company);
    const allowed = own.map((one) => `${one.bucket}/${one.prefix}`).join(', ');
    throw invalidField(
      `${field}.bucket`,
      own.length === 0
        ? `must be a bucket that the installation allows for this company; there is none (setting sourceBuckets)`
        : `must be a bucket and prefix that the installation allows for this company: ${allowed}`,
    );
  }
  return { kind: 's3', bucket, prefix, below, ...options };
}

function checkedUrls(
  urls: readonly RequestedUrl[],
  known: ReadonlyMap<string, string>,
  field: string,
  { notifications: { notifyLoopback } }: Dependencies,
): SourceUrl[] {
  const details: FailureDetail[] = [];
  const checked = urls.flatMap(({ url: given, name, folder }, index): SourceUrl[] => {
    const at = `${field}[${index}]`;
    const url = known.get(given) ?? given;
    const result = checkUrl(url, { allowLoopback: notifyLoopback });
    if ('refused' in result) {
      details.push({ field: `${at}.url`, message: result.refused });
      return [];
    }
    if (result.url.protocol !== 'https:' && !notifyLoopback) {
      details.push({ field: `${at}.url`, message: 'must begin with https://' });
      return [];
    }
    try {
      const fileName = uploadFileName(name ?? nameInUrl(result.url), `${at}.name`);
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
