import type { SettingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import type { FolderStore } from '../../../adapters/dynamodb/library/folder-store.ts';
import type { InvalidationQueue } from '../../../adapters/sqs/invalidation-queue.ts';
import type { Trashing, TrashResult } from '../../../application/library/trash-asset.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { Failure } from '../../../domain/failure.ts';
import { maxCallMs } from '../../../domain/library/limits.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { type ProcessFoldersDependencies, processFolders } from './process-folders.ts';

export interface DeleteFolderDependencies
  extends ProcessFoldersDependencies,
    Pick<FolderStore, 'folderExists' | 'markFolderDeleted'>,
    Pick<SettingsStore, 'getSettings'> {
  readonly trash: (asset: Asset, trashing: Trashing) => Promise<TrashResult>;
  readonly setsLeftIncomplete: (assets: readonly Asset[]) => Promise<string[]>;
  readonly invalidateAssets: InvalidationQueue['invalidateAssets'];
  readonly now: () => string;
}

/** Puts all that is in a folder and below it into the trash; a folder is gone when all of it is there. */
export async function deleteFolder(
  { company, user, query }: Pick<RequestOf<'deleteFolder'>, 'company' | 'user' | 'query'>,
  dependencies: DeleteFolderDependencies,
): PromisedResponse<'deleteFolder'> {
  const { path } = query;
  const until = dependencies.clock() + maxCallMs;
  if (!(await dependencies.folderExists(company, path))) {
    throw new Failure('folder.not-found', `There is no folder ${path}`);
  }
  const settings = await dependencies.getSettings(company);
  const trashing = { by: user.subject, at: dependencies.now(), settings };
  const trashed: Asset[] = [];
  const withdrawn: string[] = [];
  const remaining = await processFolders(
    company,
    path,
    {
      until,
      async processAsset(asset) {
        const result = await dependencies.trash(asset, trashing);
        trashed.push(...result.trashed);
        withdrawn.push(...result.wasLive);
      },
      endPage: () => dependencies.invalidateAssets(company, withdrawn.splice(0)),
      endFolder: ({ folder }) => dependencies.markFolderDeleted(company, folder, dependencies.now()),
    },
    dependencies,
  );
  return { trashed: trashed.length, warnings: await dependencies.setsLeftIncomplete(trashed), remaining };
}
