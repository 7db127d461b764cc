import type { S3Client } from '@aws-sdk/client-s3';
import { sourceListKey } from '../../domain/jobs/job-file-names.ts';
import type { SourceList } from '../../domain/uploads/upload-source.ts';
import { textObjects } from './text-objects.ts';

/** The lists of files that uploads take from sources, in the jobs bucket. */
export interface SourceLists {
  /** Writes the list of an upload if it has none. @returns the list that it has now */
  ensureSourceList(company: string, jobId: string, list: SourceList): Promise<SourceList>;
  findSourceList(company: string, jobId: string): Promise<SourceList | undefined>;
}

export function sourceLists(s3: S3Client, bucket: string): SourceLists {
  const { putUnchanged, find, get } = textObjects(s3, bucket);
  return {
    async ensureSourceList(company, jobId, list) {
      const key = sourceListKey(company, jobId);
      if (await putUnchanged(key, JSON.stringify(list), 'application/json', undefined)) return list;
      return JSON.parse(await get(key)) as SourceList;
    },

    async findSourceList(company, jobId) {
      const found = await find(sourceListKey(company, jobId));
      return found && (JSON.parse(found.text) as SourceList);
    },
  };
}
