import type { CompanySettings } from '../companies/settings.ts';
import { noCounts, type UploadJob, type UploadOptions } from '../jobs/job.ts';
import { uniqueJobName } from '../jobs/job-name.ts';
import { jobSourceOf, type ListedFile, placeOfUrl, type UploadSource } from './upload-source.ts';

/** The identity and the origin of an upload job. */
export interface UploadIdentity extends Pick<UploadJob, 'schedule' | 'chain'> {
  readonly company: string;
  /** A ULID. */
  readonly id: string;
  readonly givenName: string;
  /** Subject of the user. */
  readonly submittedBy: string;
  /** ISO 8601, UTC. */
  readonly submitted: string;
}

/**
 * Makes a running upload job without files.
 * @param from missing if clients send the files
 */
export function newUploadJob(
  options: UploadOptions,
  origin: UploadIdentity,
  settings: Pick<CompanySettings, 'timeZone'>,
  from?: UploadSource,
): UploadJob {
  return {
    kind: 'upload',
    ...origin,
    name: uniqueJobName(origin.givenName, origin.submitted, settings.timeZone),
    status: 'running',
    counts: noCounts,
    started: origin.submitted,
    ...options,
    ...(from && { from: jobSourceOf(from) }),
  };
}

/** The files of a list of URLs. Their sizes are known when they are fetched. */
export function listedUrls({ urls }: Extract<UploadSource, { kind: 'urls' }>): ListedFile[] {
  return urls.map(({ url, ...file }) => ({ ...file, bytes: 0, source: placeOfUrl(url) }));
}
