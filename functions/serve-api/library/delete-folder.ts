import type { SettingsRecords } from '../../../adapters/dynamodb/companies/settings-records.ts';
import type { FolderRecords } from '../../../adapters/dynamodb/library/folder-records.ts';
import { flushInBatches } from '../../../application/library/flush-in-batches.ts';
import type { Trashing, TrashResult } from '../../../application/library/trash-asset.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { Failure } from '../../../domain/failure.ts';
import { mostCallMs } from '../../../domain/library/limits.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';
import { type WorkThroughDependencies, workThroughFolders } from './work-through-folders.ts';

export interface DeleteFolderDependencies
  extends WorkThroughDependencies,
    Pick<FolderRecords, 'folderExists' | 'markGone'>,
    Pick<SettingsRecords, 'getSettings'> {
  readonly trash: (asset: Asset, trashing: Trashing) => Promise<TrashResult>;
  readonly holesLeftBy: (assets: readonly Asset[]) => Promise<string[]>;
  readonly flush: (withdrawn: { company: string; ids: string[]; tags: string[] }) => Promise<void>;
  readonly now: () => string;
}

/** Puts all that is in a folder and below it into the trash; a folder is gone when all of it is there. */
export async function deleteFolder(
  { company, user, query }: Pick<RequestOf<'deleteFolder'>, 'company' | 'user' | 'query'>,
  dependencies: DeleteFolderDependencies,
): ReplyOf<'deleteFolder'> {
  const { path } = query;
  const until = dependencies.clock() + mostCallMs;
  if (!(await dependencies.folderExists(company, path))) {
    throw new Failure('folder.not-found', `There is no folder ${path}`);
  }
  const settings = await dependencies.getSettings(company);
  const trashing = { by: user.subject, at: dependencies.now(), settings };
  const trashed: Asset[] = [];
  const withdrawn: string[] = [];
  const remaining = await workThroughFolders(
    company,
    path,
    {
      until,
      async workOn(asset) {
        const result = await dependencies.trash(asset, trashing);
        trashed.push(...result.trashed);
        withdrawn.push(...result.withdrawn);
      },
      endPage: () => flushInBatches(company, withdrawn.splice(0), dependencies.flush),
      endFolder: ({ folder }) => dependencies.markGone(company, folder, dependencies.now()),
    },
    dependencies,
  );
  return { trashed: trashed.length, warnings: await dependencies.holesLeftBy(trashed), remaining };
}
