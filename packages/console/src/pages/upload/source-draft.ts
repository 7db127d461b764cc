import type { OperationBody, OperationResponse } from '@pressroom/client/create-client';
import { elsewhereTexts } from '../../texts/elsewhere.ts';
import type { JobDraft, PublishKind } from '../publish/job-draft.ts';
import { initialForm, optionsOf, type UploadForm } from './upload-options.ts';

/** What is typed into the form of an upload from elsewhere, and the requests that it makes. */

type ScheduledUpload = NonNullable<OperationBody<'createSchedule'>['upload']>;
type ScheduledUploadShown = NonNullable<OperationResponse<'readSchedule'>['upload']>;
type Source = ScheduledUpload['from'];
type SourceUrl = Extract<Source, { urls: unknown }>['urls'][number];
type Follow = NonNullable<ScheduledUpload['followWith']>;

export interface SourceDraft extends UploadForm {
  readonly source: 'bucket' | 'urls';
  readonly bucket: string;
  readonly prefix: string;
  readonly includeSubfolders: boolean;
  /** One address on each line, perhaps with a name or a path after a space. */
  readonly lines: string;
  /** Undefined until somebody chooses: then all for a single upload, and what has changed for a schedule. */
  readonly changedOnly: boolean | undefined;
  readonly follow: 'none' | PublishKind;
  readonly onlyIfFiles: boolean;
  /** Of the publish job that follows, where another program has set more than the form shows. */
  readonly followOptions: Pick<Follow, 'servers' | 'email'>;
}

export function newSourceDraft(folder: string): SourceDraft {
  return {
    ...initialForm,
    folder,
    source: 'bucket',
    bucket: '',
    prefix: '',
    includeSubfolders: false,
    lines: '',
    changedOnly: undefined,
    follow: 'none',
    onlyIfFiles: true,
    followOptions: {},
  };
}

interface ReadLine extends SourceUrl {
  /** What is wrong with the line. */
  readonly problem?: string;
}

/** Reads the lines of the form. Empty ones are left out. */
export function readLines(text: string): ReadLine[] {
  const problems = elsewhereTexts.source.lineProblems;
  return text.split('\n').flatMap((given, index): ReadLine[] => {
    const [, url = '', rest = ''] = /^\s*(\S+)\s*(.*?)\s*$/.exec(given) ?? [];
    if (url === '') return [];
    const line = index + 1;
    if (!URL.canParse(url)) return [{ url, problem: problems.address(line, url) }];
    const slash = rest.lastIndexOf('/');
    if (slash >= 0 && !rest.startsWith('/')) return [{ url, problem: problems.path(line, rest) }];
    const name = rest.slice(slash + 1);
    const folder = rest.slice(0, slash + 1);
    if (name === '' && nameIn(url) === '') return [{ url, problem: problems.name(line) }];
    return [{ url, ...(name && { name }), ...(folder && { folder }) }];
  });
}

/** The last part of the path of an address. */
function nameIn(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** What is missing before a request makes sense, by field. The API checks everything else. */
export function sourceProblemsOf({ source, bucket, lines }: SourceDraft): {
  readonly bucket?: string;
  readonly lines?: string;
} {
  const texts = elsewhereTexts.source;
  if (source === 'bucket') return bucket.trim() === '' ? { bucket: texts.needsBucket } : {};
  const read = readLines(lines);
  const [problem] = read.flatMap((line) => line.problem ?? []);
  if (problem) return { lines: problem };
  return read.length === 0 ? { lines: texts.needsLines } : {};
}

/** The request, without the name of the job. @param job when it ends, and who is notified */
export function uploadOf(draft: SourceDraft, job: JobDraft): ScheduledUpload {
  const { name: _, ...options } = optionsOf(draft, draft.folder);
  const changedOnly = draft.changedOnly === undefined ? {} : { changedOnly: draft.changedOnly };
  const from: Source =
    draft.source === 'bucket'
      ? {
          bucket: draft.bucket.trim(),
          prefix: draft.prefix.trim(),
          includeSubfolders: draft.includeSubfolders,
          ...changedOnly,
        }
      : { urls: readLines(draft.lines), ...changedOnly };
  return {
    ...options,
    from,
    ...(draft.follow !== 'none' && {
      followWith: { ...draft.followOptions, publish: draft.follow, onlyIfFiles: draft.onlyIfFiles },
    }),
    ...(job.email !== 'none' && { email: job.email }),
    ...(job.notificationUrl && {
      notification: { url: job.notificationUrl, onlyIfPublished: job.onlyIfPublished },
    }),
  };
}

/** The draft that a schedule of uploads was made of. The addresses of its notifications are not known. */
export function sourceDraftOf(upload: ScheduledUploadShown, name: string): SourceDraft {
  const { from, followWith, preservePublishState: keeps, batchSetPresets } = upload;
  return {
    ...newSourceDraft(upload.folder),
    ...('bucket' in from
      ? { source: 'bucket', ...from }
      : { source: 'urls', lines: linesOf(from.urls), changedOnly: from.changedOnly }),
    name,
    publish: upload.publishAfterUploading,
    overwrite: upload.overwrite,
    unpack: upload.unpack ?? false,
    preserve: keeps === undefined ? 'company' : keeps ? 'keep' : 'as-new',
    presets: batchSetPresets,
    ...(followWith && {
      follow: followWith.publish,
      onlyIfFiles: followWith.onlyIfFiles,
      followOptions: {
        ...(followWith.servers && { servers: followWith.servers }),
        ...(followWith.email && { email: followWith.email }),
      },
    }),
  };
}

function linesOf(
  urls: readonly { readonly url: string; readonly name: string; readonly folder?: string | undefined }[],
) {
  return urls
    .map(({ url, name, folder = '' }) => (name === nameIn(url) && !folder ? url : `${url} ${folder}${name}`))
    .join('\n');
}
