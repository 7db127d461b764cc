import type { CompanySettings } from '../companies/settings.ts';
import { Failure } from '../failure.ts';
import type { UploadJob } from '../jobs/job.ts';
import { isMetadataFile } from './metadata-file.ts';
import { newUploadFile, refusedUploadFile } from './new-upload-file.ts';
import type { UploadFile } from './upload-file.ts';
import { uploadFileName } from './upload-file-name.ts';
import type { ListedFile } from './upload-source.ts';

/** Sources name the types of their files badly, so that only the content decides. */
const unknownType = 'application/octet-stream';

/**
 * The records of the files that an upload takes from a list, numbered from `first`. The same list gives the same records. A file
 * with a bad name, or with the id of an earlier one, is refused by an error entry.
 * @param now ISO 8601, UTC
 * @param more attributes that all of them have
 */
export function filesOfList(
  job: Pick<UploadJob, 'company' | 'id' | 'applyMetadata'>,
  listed: readonly ListedFile[],
  settings: Pick<CompanySettings, 'allowActiveContent'>,
  now: string,
  { first: from, ...more }: { readonly first: number } & Pick<UploadFile, 'fromArchive'> = { first: 1 },
): UploadFile[] {
  const { company, id: jobId } = job;
  const first = new Map<string, string>();
  return listed.map(({ refused, ...file }, index): UploadFile => {
    const named = { ...file, ...more, company, jobId, file: from + index, type: unknownType };
    let name: string;
    try {
      name = uploadFileName(file.name, 'name');
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return refusedUploadFile({ ...named, name: shownName(file.name) }, error.message, now);
    }
    if (refused !== undefined) return refusedUploadFile({ ...named, name }, refused, now);
    const made = newUploadFile({ ...named, name }, settings, now);
    if (made.assetId === undefined || isMetadataFile(job, made)) return made;
    const other = first.get(made.assetId);
    if (other === undefined) {
      first.set(made.assetId, name);
      return made;
    }
    const message = `it gives the same id "${made.assetId}" as "${other}". Rename one of them`;
    return refusedUploadFile({ ...named, name }, message, now);
  });
}

/** A name that is refused may have any characters and any length. */
function shownName(name: string): string {
  const text = name.replace(/\p{C}/gu, '?');
  return text.length <= 100 ? text : `${text.slice(0, 99)}…`;
}
