import type { OperationResponse } from '@pressroom/client/create-client';
import type { Context } from '../../context.ts';
import { idProblem } from '../id-rule.ts';
import { type Asset, readAssets } from '../read-assets.ts';
import { finishRows, inGroups, type RowInLibrary } from './finish-rows.ts';
import type { ImportSettings } from './import-assets.ts';
import type { ImportProblems } from './import-problems.ts';
import type { SetRow } from './import-row.ts';

/** Sets that are saved at the same time. */
const atATime = 4;

/**
 * Makes up to 100 sets. Their members have to be in the library.
 * @param isInFile whether the file has an asset or set with the id: in a dry run it may be a member
 */
export async function importSets(
  context: Context,
  rows: readonly SetRow[],
  settings: ImportSettings,
  problems: ImportProblems,
  isInFile: (id: string) => boolean,
): Promise<void> {
  for (const row of rows) {
    const problem = idProblem(row.id);
    if (problem !== undefined) problems.add(row, problem);
  }
  const valid = problems.without(rows);
  const members = valid.flatMap(namedAssets);
  const existing = await readAssets(context, [...valid.map(({ id }) => id), ...members]);
  for (const row of valid) {
    const missing = namedAssets(row).find((id) => {
      const member = existing.get(id);
      return settings.dryRun && isInFile(id) ? false : !member || member.trashed !== undefined;
    });
    if (missing !== undefined) problems.add(row, `members: the library has no asset ${missing}`);
    const problem = whyTaken(row, existing.get(row.id));
    if (problem !== undefined) problems.add(row, problem);
  }
  if (settings.dryRun) return;
  const saved: RowInLibrary[] = [];
  await inGroups(problems.without(valid), atATime, (row) =>
    problems.guard(row, async () => {
      const before = existing.get(row.id);
      const isPublished = before
        ? await changeSet(context, row, settings, problems)
        : await makeSet(context, row);
      if (isPublished !== undefined) saved.push({ row, before, isPublished });
    }),
  );
  await finishRows(context, saved, problems);
}

function namedAssets({ members }: SetRow): string[] {
  return members.flatMap(({ id, swatch }) => [id, ...(swatch && 'id' in swatch ? [swatch.id] : [])]);
}

function whyTaken({ type }: SetRow, before: Asset | undefined): string | undefined {
  if (!before) return undefined;
  if (before.trashed)
    return 'the id is taken by an asset in the trash: restore it, or delete it from the trash';
  return before.type === type
    ? undefined
    : `the id is taken by another asset (${before.type} in ${before.folder})`;
}

/** @returns whether it is published */
async function makeSet(
  { client, signal }: Context,
  { type, id, folder, members, publish: wish }: SetRow,
): Promise<boolean> {
  const publish = wish === 'yes';
  await client.call('createSet', { body: { type, id, folder, members, publish }, signal });
  return publish;
}

/** @returns whether it is published; undefined if it has other members */
async function changeSet(
  { client, signal }: Context,
  row: SetRow,
  { overwrite }: ImportSettings,
  problems: ImportProblems,
): Promise<boolean | undefined> {
  const params = { id: row.id };
  const set = await client.call('readSet', { params, signal });
  if (sameMembers(set, row)) return false;
  if (!overwrite) {
    problems.add(
      row,
      'the id is taken by a set with other members. With --overwrite it gets those of the file',
    );
    return undefined;
  }
  const publish = row.publish === 'yes';
  await client.call('editSet', { params, body: { members: row.members, publish }, signal });
  return publish;
}

function sameMembers({ members }: OperationResponse<'readSet'>, row: SetRow): boolean {
  const text = ({ id, label, swatch, row: place }: SetRow['members'][number]) =>
    JSON.stringify([
      id,
      label,
      swatch && ('id' in swatch ? swatch.id : swatch.color.replace('#', '').toLowerCase()),
      place,
    ]);
  return members.map(text).join() === row.members.map(text).join();
}
