import { Failure } from '../failure.ts';
import type { AnnouncedUsage } from './usage.ts';

/** What a company may have. The operator of the installation sets it; without a value there is no limit. */
export interface Quota {
  /** Assets in the library. */
  readonly assets?: number;
  /** Bytes in the masters bucket: all versions, renditions, the trash. */
  readonly bytes?: number;
}

const operator =
  'The operator of the installation can raise the quota (npm run admin -- quota), or make room: purge assets in the trash';

/**
 * Checks the files of an upload.
 * @param use what the company has now
 * @throws Failure `quota.exceeded` that names use, limit and who can raise it
 */
export function checkQuota(
  company: string,
  quota: Quota,
  use: AnnouncedUsage & { readonly counted?: string },
  adding: AnnouncedUsage,
): void {
  if (exceedsAssets(quota, use.assets, adding.assets)) {
    throw exceeded(
      `${company} has ${use.assets} of at most ${quota.assets} assets; this upload adds up to ${adding.assets}. ${operator}`,
      'assets',
      use.assets,
      quota.assets,
    );
  }
  if (quota.bytes !== undefined && use.bytes + adding.bytes > quota.bytes) {
    const counted = use.counted === undefined ? '' : `, as counted at ${use.counted} and announced since`;
    throw exceeded(
      `${company} has ${use.bytes} of at most ${quota.bytes} bytes${counted}; this upload adds ${adding.bytes}. ${operator}`,
      'bytes',
      use.bytes,
      quota.bytes,
    );
  }
}

export function exceedsAssets(quota: Quota, assets: number, adding: number): boolean {
  return quota.assets !== undefined && assets + adding > quota.assets;
}

function exceeded(message: string, quota: string, used: number, limit = 0): Failure {
  return new Failure('quota.exceeded', message, { facts: { quota, used: `${used}`, limit: `${limit}` } });
}
