import type { FolderRecords } from '../../../adapters/dynamodb/library/folder-records.ts';
import { folderName, withParents } from '../../../domain/library/folder-path.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';

export type CreateFolderDependencies = Pick<FolderRecords, 'keepFolder'>;

/** Makes a folder and those it lies in: each by itself, so that calling it again ends what broke off. */
export async function createFolder(
  { company, body }: Pick<RequestOf<'createFolder'>, 'company' | 'body'>,
  { keepFolder }: CreateFolderDependencies,
): ReplyOf<'createFolder'> {
  for (const path of withParents(body.path)) await keepFolder(company, path);
  return { path: body.path, name: folderName(body.path) };
}
