/**
 * The buckets that uploads may read from: a setting of the deployment (`sourceBuckets`), which IAM enforces for the
 * installation and this check for each company.
 */

export interface SourceBucket {
  /** Name of the company that may read from it; `*` for all companies. */
  readonly company: string;
  readonly bucket: string;
  /** The beginning of the keys that it may read; empty for all. */
  readonly prefix: string;
}

/** Names of buckets: docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const entry = /^(\*|[a-z0-9-]{1,63}):([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([^,*?]*))?$/;

/**
 * Reads the setting: `luma:acme-photos/web/,*:shared-fonts`, or `off` for none.
 * @returns undefined if an entry is not valid
 */
export function parseSourceBuckets(text: string): SourceBucket[] | undefined {
  if (text === 'off') return [];
  const buckets = text.split(',').map((part): SourceBucket | undefined => {
    const [, company, bucket, prefix = ''] = entry.exec(part.trim()) ?? [];
    return company === undefined || bucket === undefined ? undefined : { company, bucket, prefix };
  });
  return buckets.every((bucket) => bucket !== undefined) ? buckets : undefined;
}

/** Whether a company may read these keys. */
export function mayReadSource(
  buckets: readonly SourceBucket[],
  company: string,
  source: { readonly bucket: string; readonly prefix: string },
): boolean {
  return buckets.some(
    ({ company: owner, bucket, prefix }) =>
      (owner === '*' || owner === company) && bucket === source.bucket && source.prefix.startsWith(prefix),
  );
}
