import type { CompanySettings } from '../companies/settings.ts';
import type { PublishJob, UploadJob } from '../jobs/job.ts';
import { newPublishJob } from '../jobs/new-publish-job.ts';
import { followUp, newChain } from '../notifications/chain.ts';

/** Before the name of an upload, it names the publish job that follows the upload. */
const namePrefix = 'Pub_';

/** Whether an upload job that has ended is followed by a publish job. A stopped one is not. */
export function isFollowed({ status, counts, followWith }: UploadJob): boolean {
  if (followWith === undefined || (status !== 'succeeded' && status !== 'completed-with-errors'))
    return false;
  return !followWith.onlyIfFiles || counts.done > 0;
}

/**
 * Makes the queued publish job that follows an upload job. It belongs to the chain of the upload.
 * @param now ISO 8601
 * @returns the public reason if the chain is too deep
 * @throws Failure `request.invalid` if one of the servers is no longer enabled
 */
export function followUpJob(
  { company, id: follows, givenName, submittedBy, followWith, chain: before }: UploadJob,
  id: string,
  settings: Pick<CompanySettings, 'servers' | 'timeZone'>,
  now: string,
): PublishJob | { readonly refused: string } {
  if (followWith === undefined) throw new Error(`No job follows the upload ${follows}`);
  const chain = followUp(before ?? newChain(follows));
  if ('refused' in chain) return chain;
  const { onlyIfFiles: _, ...options } = followWith;
  const origin = { company, id, submittedBy, submitted: now, follows, chain };
  return newPublishJob(options, { ...origin, givenName: namePrefix + givenName }, settings);
}
