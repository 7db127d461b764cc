import type { OperationResponse } from '@pressroom/client/create-client';
import { elsewhereTexts } from '../../texts/elsewhere.ts';

type JobSource = NonNullable<Extract<OperationResponse<'readJob'>, { kind: 'upload' }>['from']>;
type ScheduledSource = NonNullable<OperationResponse<'readSchedule'>['upload']>['from'];

/** Where the files of an upload come from, in words: `s3://acme-photos/web/`, or "3 addresses". */
export function describeSource(from: JobSource | ScheduledSource): string {
  const texts = elsewhereTexts.from;
  if ('bucket' in from) return texts.bucket(from.bucket, from.prefix, from.includeSubfolders);
  return texts.urls('urls' in from ? from.urls.length : from.urlCount);
}
