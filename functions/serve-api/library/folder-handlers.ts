import type { folderRoutes } from '@pressroom/api/library/folder-routes';
import * as z from 'zod';
import { readCursor, writeCursor } from '../../../adapters/http/cursor.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { Failure, invalidField } from '../../../domain/failure.ts';
import {
  folderName,
  isWithin,
  maxFolderPathBytes,
  movedPath,
  withParents,
} from '../../../domain/library/folder-path.ts';
import { maxCallMs } from '../../../domain/library/limits.ts';
import { utf8Bytes } from '../../../domain/utf8-bytes.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import { processFolders } from './process-folders.ts';

/** Makes a folder and those it lies in: each by itself, so that calling it again ends what broke off. */
async function createFolder(
  { company, body }: Pick<RequestOf<'createFolder'>, 'company' | 'body'>,
  { folders: { ensureFolder } }: Dependencies,
): PromisedResponse<'createFolder'> {
  for (const path of withParents(body.path)) await ensureFolder(company, path);
  return { path: body.path, name: folderName(body.path) };
}

const position = z.string().min(1).max(500);

/** The folders right below one. */
async function listFolders(
  { company, query }: Pick<RequestOf<'listFolders'>, 'company' | 'query'>,
  { folders: { listChildren, folderExists } }: Dependencies,
): PromisedResponse<'listFolders'> {
  const { parent, limit, cursor } = query;
  const after = readCursor(position, cursor);
  if (after !== undefined && !isWithin(after, parent)) {
    throw invalidField('cursor', 'is not one that this list gave: it is of another folder');
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

/**
 * Moves a folder with all that is in it: each asset by itself, in either folder at any time. What is not done when the
 * time is up is done when the same call comes again: the folder remembers where it is being moved to.
 */
async function moveFolder(
  { company, user, body }: Pick<RequestOf<'moveFolder'>, 'company' | 'user' | 'body'>,
  dependencies: Dependencies,
): PromisedResponse<'moveFolder'> {
  const { from, to } = body;
  const until = dependencies.clock() + maxCallMs;
  if (isWithin(to, from)) {
    throw invalidField('to', to === from ? 'is where the folder is' : 'lies in the folder that is moved');
  }
  if (!(await dependencies.folders.folderExists(company, from))) {
    throw new Failure('folder.not-found', `There is no folder ${from}`);
  }
  const going = (await dependencies.folders.getFolder(company, from))?.movingTo === to;
  if (!going && (await dependencies.folders.folderExists(company, to))) {
    throw new Failure('folder.refused', `There is a folder ${to} already; move what is in ${from} by itself`);
  }
  for await (const { folder } of dependencies.folders.foldersWithin(company, from)) {
    const bytes = utf8Bytes(movedPath(folder, from, to));
    if (bytes <= maxFolderPathBytes) continue;
    throw invalidField(
      'to',
      `gives ${folder} a path of ${bytes} bytes in UTF-8; at most ${maxFolderPathBytes} are allowed`,
    );
  }

  const settings = await dependencies.companies.getSettings(company);
  const moment = { at: dependencies.now(), by: user.subject, settings };
  if (!going) await dependencies.folders.markMoving(company, from, to);
  await dependencies.folders.ensureFolder(company, to);
  let moved = 0;
  const remaining = await processFolders(
    company,
    from,
    {
      until,
      async processAsset(asset) {
        const target = movedPath(asset.folder, from, to);
        if (await dependencies.library.move(asset, { from: asset.folder, to: target, ...moment })) moved += 1;
      },
      async endFolder({ folder }) {
        await dependencies.folders.ensureFolder(company, movedPath(folder, from, to));
        // The mark of the move goes with the last of it.
        if (folder !== from)
          await dependencies.folders.markFolderDeleted(company, folder, dependencies.now());
      },
    },
    {
      ...dependencies,
      folders: {
        // The new folder exists before its first asset, so that every list of all folders contains it.
        async *foldersWithin(company, folder) {
          for await (const record of dependencies.folders.foldersWithin(company, folder)) {
            await dependencies.folders.ensureFolder(company, movedPath(record.folder, from, to));
            yield record;
          }
        },
      },
    },
  );
  if (!remaining) await dependencies.folders.markFolderDeleted(company, from, dependencies.now());
  return { moved, remaining };
}

/** Puts all that is in a folder and below it into the trash; a folder is gone when all of it is there. */
async function deleteFolder(
  { company, user, query }: Pick<RequestOf<'deleteFolder'>, 'company' | 'user' | 'query'>,
  dependencies: Dependencies,
): PromisedResponse<'deleteFolder'> {
  const { path } = query;
  const until = dependencies.clock() + maxCallMs;
  if (!(await dependencies.folders.folderExists(company, path))) {
    throw new Failure('folder.not-found', `There is no folder ${path}`);
  }
  const settings = await dependencies.companies.getSettings(company);
  const trashing = { by: user.subject, at: dependencies.now(), settings };
  const trashed: Asset[] = [];
  const withdrawn: string[] = [];
  const warnings: string[] = [];
  const remaining = await processFolders(
    company,
    path,
    {
      until,
      async processAsset(asset) {
        const result = await dependencies.library.trash(asset, trashing);
        trashed.push(...result.trashed);
        withdrawn.push(...result.wasLive);
        warnings.push(...result.warnings);
      },
      endPage: () => dependencies.invalidations.invalidateAssets(company, withdrawn.splice(0)),
      endFolder: ({ folder }) => dependencies.folders.markFolderDeleted(company, folder, dependencies.now()),
    },
    dependencies,
  );
  return {
    trashed: trashed.length,
    warnings: [...warnings, ...(await dependencies.library.setsLeftIncomplete(trashed))],
    remaining,
  };
}

export const folderHandlers = {
  createFolder,
  listFolders,
  moveFolder,
  deleteFolder,
} satisfies HandlersOf<typeof folderRoutes>;
