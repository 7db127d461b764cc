import type { CompanySettings } from '../../../domain/companies/settings.ts';
import { Failure, type FailureDetail } from '../../../domain/failure.ts';
import type { FollowUp, UploadOptions } from '../../../domain/jobs/job.ts';
import { serversToPublishTo } from '../../../domain/jobs/new-publish-job.ts';
import type { Dependencies } from '../dependencies.ts';
import type { RequestOf } from '../handler-types.ts';
import {
  checkNotificationOptions,
  toNotificationOptionsResponse,
} from '../notifications/notification-options.ts';

type RequestedOptions = Omit<RequestOf<'createUpload'>['body'], 'name' | 'files' | 'from'>;

/**
 * The options of an upload job as jobs and schedules store them.
 * @param prefix of the fields' names: `job.` in a schedule
 * @param before the stored options: their URLs may be sent in their redacted form
 * @throws Failure `request.invalid` for a server or a preset that the company does not have, a URL that is not allowed
 */
export async function checkedUploadOptions(
  company: string,
  requested: RequestedOptions,
  { prefix, before, settings }: { prefix: string; before?: UploadOptions; settings: CompanySettings },
  dependencies: Dependencies,
): Promise<UploadOptions> {
  const { folder, publishAfterUploading, overwrite, preservePublishState, batchSetPresets, followWith } =
    requested;
  if (batchSetPresets) await checkPresets(company, batchSetPresets, prefix, dependencies);
  return {
    folder,
    publishAfterUploading,
    overwrite,
    ...(preservePublishState === undefined ? {} : { preservePublishState }),
    ...(batchSetPresets === undefined ? {} : { batchSetPresets }),
    ...(requested.unpack ? { unpack: true as const } : {}),
    ...(requested.applyMetadata ? {} : { applyMetadata: false as const }),
    ...(followWith === undefined ? {} : { followWith: followUpOf(followWith) }),
    ...checkNotificationOptions(requested, prefix, before?.notification, dependencies),
  };

  function followUpOf({
    publish,
    servers,
    onlyIfFiles,
    ...notify
  }: NonNullable<typeof followWith>): FollowUp {
    const field = `${prefix}followWith.`;
    return {
      publish,
      onlyIfFiles,
      ...(servers === undefined ? {} : { servers: serversToPublishTo(servers, settings, `${field}servers`) }),
      ...checkNotificationOptions(notify, field, before?.followWith?.notification, dependencies),
    };
  }
}

async function checkPresets(
  company: string,
  names: readonly string[],
  prefix: string,
  { sets: { listPresets } }: Dependencies,
): Promise<void> {
  if (names.length === 0) return;
  const known = new Set((await listPresets(company)).map(({ name }) => name));
  const details = names.flatMap((name, index): FailureDetail[] =>
    known.has(name)
      ? []
      : [{ field: `${prefix}batchSetPresets[${index}]`, message: `there is no preset ${name}` }],
  );
  const [one] = details;
  if (one)
    throw new Failure('request.invalid', `${one.field}: ${one.message}`, { details: details.slice(0, 20) });
}

/** The options of an upload job or a schedule as the API shows them. */
export function toUploadOptionsResponse(options: UploadOptions) {
  const { folder, publishAfterUploading, overwrite, preservePublishState, batchSetPresets, followWith } =
    options;
  return {
    folder,
    publishAfterUploading,
    overwrite: overwrite ?? true,
    ...(preservePublishState === undefined ? {} : { preservePublishState }),
    ...(batchSetPresets === undefined ? {} : { batchSetPresets }),
    ...(options.unpack ? { unpack: true as const } : {}),
    ...(options.applyMetadata === false ? { applyMetadata: false as const } : {}),
    ...(followWith === undefined ? {} : { followWith: toFollowUpResponse(followWith) }),
    ...toNotificationOptionsResponse(options),
  };
}

function toFollowUpResponse({ publish, servers, onlyIfFiles, ...notify }: FollowUp) {
  return {
    publish,
    onlyIfFiles,
    ...(servers === undefined ? {} : { servers: [...servers] }),
    ...toNotificationOptionsResponse(notify),
  };
}
