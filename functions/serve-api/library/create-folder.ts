import type { FolderStore } from '../../../adapters/dynamodb/library/folder-store.ts';
import { folderName, withParents } from '../../../domain/library/folder-path.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';

export type CreateFolderDependencies = Pick<FolderStore, 'ensureFolder'>;

/** Makes a folder and those it lies in: each by itself, so that calling it again ends what broke off. */
export async function createFolder(
  { company, body }: Pick<RequestOf<'createFolder'>, 'company' | 'body'>,
  { ensureFolder }: CreateFolderDependencies,
): PromisedResponse<'createFolder'> {
  for (const path of withParents(body.path)) await ensureFolder(company, path);
  return { path: body.path, name: folderName(body.path) };
}
