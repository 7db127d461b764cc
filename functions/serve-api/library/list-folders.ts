import * as z from 'zod';
import type { FolderStore } from '../../../adapters/dynamodb/library/folder-store.ts';
import { readCursor, writeCursor } from '../../../adapters/http/cursor.ts';
import { Failure } from '../../../domain/failure.ts';
import { folderName, isWithin } from '../../../domain/library/folder-path.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';

export type ListFoldersDependencies = Pick<FolderStore, 'listChildren' | 'folderExists'>;

const position = z.string().min(1).max(500);

/** The folders right below one. */
export async function listFolders(
  { company, query }: Pick<RequestOf<'listFolders'>, 'company' | 'query'>,
  { listChildren, folderExists }: ListFoldersDependencies,
): PromisedResponse<'listFolders'> {
  const { parent, limit, cursor } = query;
  const after = readCursor(position, cursor);
  if (after !== undefined && !isWithin(after, parent)) {
    const message = 'is not one that this list gave: it is of another folder';
    throw new Failure('request.invalid', `cursor: ${message}`, { details: [{ field: 'cursor', message }] });
  }
  const { items, next } = await listChildren(company, parent, { limit, after });
  if (items.length === 0 && after === undefined && !(await folderExists(company, parent))) {
    throw new Failure('folder.not-found', `There is no folder ${parent}`);
  }
  return {
    items: items.map((path) => ({ path, name: folderName(path) })),
    ...(next === undefined ? {} : { next: writeCursor(next) }),
  };
}
