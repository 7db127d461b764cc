import type { SettingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import type { FolderStore } from '../../../adapters/dynamodb/library/folder-store.ts';
import type { AssetMove } from '../../../application/library/move-asset.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { Failure } from '../../../domain/failure.ts';
import { isWithin, maxFolderPathLength, movedPath } from '../../../domain/library/folder-path.ts';
import { maxCallMs } from '../../../domain/library/limits.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { type ProcessFoldersDependencies, processFolders } from './process-folders.ts';

export interface MoveFolderDependencies
  extends ProcessFoldersDependencies,
    Pick<FolderStore, 'folderExists' | 'getFolder' | 'ensureFolder' | 'markMoving' | 'markFolderDeleted'>,
    Pick<SettingsStore, 'getSettings'> {
  readonly move: (asset: Asset, move: AssetMove) => Promise<Asset | undefined>;
  readonly now: () => string;
}

/**
 * Moves a folder with all that is in it: each asset by itself, in either folder at any time. What is not done when the
 * time is up is done when the same call comes again: the folder remembers where it is being moved to.
 */
export async function moveFolder(
  { company, user, body }: Pick<RequestOf<'moveFolder'>, 'company' | 'user' | 'body'>,
  dependencies: MoveFolderDependencies,
): PromisedResponse<'moveFolder'> {
  const { from, to } = body;
  const until = dependencies.clock() + maxCallMs;
  if (isWithin(to, from)) {
    const message = to === from ? 'is where the folder is' : 'lies in the folder that is moved';
    throw new Failure('request.invalid', `to: ${message}`, { details: [{ field: 'to', message }] });
  }
  if (!(await dependencies.folderExists(company, from))) {
    throw new Failure('folder.not-found', `There is no folder ${from}`);
  }
  const going = (await dependencies.getFolder(company, from))?.movingTo === to;
  if (!going && (await dependencies.folderExists(company, to))) {
    throw new Failure('folder.refused', `There is a folder ${to} already; move what is in ${from} by itself`);
  }
  for await (const { folder } of dependencies.foldersWithin(company, from)) {
    const length = movedPath(folder, from, to).length;
    if (length <= maxFolderPathLength) continue;
    const message = `makes the path of ${folder} ${length} characters long; at most ${maxFolderPathLength} are taken`;
    throw new Failure('request.invalid', `to: ${message}`, { details: [{ field: 'to', message }] });
  }

  const settings = await dependencies.getSettings(company);
  const moment = { at: dependencies.now(), by: user.subject, settings };
  if (!going) await dependencies.markMoving(company, from, to);
  await dependencies.ensureFolder(company, to);
  let moved = 0;
  const remaining = await processFolders(
    company,
    from,
    {
      until,
      async processAsset(asset) {
        const target = movedPath(asset.folder, from, to);
        if (await dependencies.move(asset, { from: asset.folder, to: target, ...moment })) moved += 1;
      },
      async endFolder({ folder }) {
        await dependencies.ensureFolder(company, movedPath(folder, from, to));
        // The mark of the move goes with the last of it.
        if (folder !== from) await dependencies.markFolderDeleted(company, folder, dependencies.now());
      },
    },
    {
      ...dependencies,
      // The new folder is there before the first asset is in it: no list of all folders misses it.
      async *foldersWithin(company, folder) {
        for await (const record of dependencies.foldersWithin(company, folder)) {
          await dependencies.ensureFolder(company, movedPath(record.folder, from, to));
          yield record;
        }
      },
    },
  );
  if (!remaining) await dependencies.markFolderDeleted(company, from, dependencies.now());
  return { moved, remaining };
}
