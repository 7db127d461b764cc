import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { VersionStore } from '../../adapters/dynamodb/assets/version-store.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import { versionName } from '../../domain/assets/version-name.ts';
import type { Server } from '../../domain/delivery/server.ts';
import type { LogEntry, PublishJob } from '../../domain/jobs/job.ts';
import { partOfLogFile } from '../../domain/jobs/job-file-names.ts';
import { parseLogEntries } from '../../domain/jobs/json-lines.ts';
import type { PlanEntry } from '../../domain/jobs/part.ts';
import { undoLevel } from '../../domain/jobs/undo.ts';
import { type FilteredLogDependencies, filteredLogFiles } from './filtered-log.ts';

export type PlanUndoDependencies = FilteredLogDependencies &
  Pick<AssetStore, 'getAssets'> &
  Pick<VersionStore, 'getVersions'>;

/** Where planning continues: after this file of the undone job's log. */
export interface UndoPosition {
  readonly source: 'undo';
  readonly after?: string | undefined;
}

/** An entry of an undo, with the record that it was made from. */
export interface UndoEntry {
  readonly level: number;
  readonly entry: PlanEntry;
  readonly asset: Asset | undefined;
}

/** What is done with the entries of an undo. */
export interface UndoSink {
  add(undo: UndoEntry): Promise<void> | void;
  /** Whether the next group of files is read. @param groups that were read */
  mayReadGroup(groups: number): Promise<boolean> | boolean;
}

/**
 * Reads what a job published from its log, and gives the sink what undoing it does, sets before their members. Called by
 * plan-job and by serve-api for dry runs.
 *
 * Costs: a GET for each part of the undone job; for each asset 1 read unit, and half a one for each version to restore.
 * @returns the position of the next round; undefined at the end
 */
export async function planUndo(
  { company, servers }: Pick<PublishJob, 'company' | 'servers'>,
  undone: string,
  { after }: UndoPosition,
  sink: UndoSink,
  dependencies: PlanUndoDependencies,
): Promise<UndoPosition | undefined> {
  const log = { company, jobId: undone, filter: { outcomes: ['published' as const] } };
  let position: UndoPosition = { source: 'undo', after };
  let groups = 0;
  const begin = after === undefined ? undefined : { file: after, done: true };
  for await (const files of filteredLogFiles(log, begin, dependencies)) {
    if (!(await sink.mayReadGroup(groups))) return position;
    groups += 1;
    const published = files.flatMap(({ file, text }) => {
      const level = undoLevel(partOfLogFile(file)?.level ?? 0);
      return parseLogEntries(text)
        .filter(({ outcome, server }) => outcome === 'published' && server && servers.includes(server))
        .map((entry) => ({ level, entry }));
    });
    for (const one of await entriesOf(published)) await sink.add(one);
    const last = files.at(-1);
    if (last) position = { source: 'undo', after: last.file };
  }
  return undefined;

  async function entriesOf(
    published: readonly { readonly level: number; readonly entry: LogEntry }[],
  ): Promise<UndoEntry[]> {
    const byAsset = Map.groupBy(published, ({ level, entry }) => `${level}/${entry.asset}`);
    const ids = [...new Set(published.flatMap(({ entry }) => entry.asset ?? []))];
    if (ids.length === 0) return [];
    const assets = await dependencies.getAssets(company, ids, { consistent: true });
    const entries = [...byAsset.values()].flatMap((logged) => entryOf(logged, assets));
    const restored = entries.flatMap(({ entry: { id, was = {} } }) =>
      Object.values(was).flatMap((version) => (version > 0 ? [{ id, version }] : [])),
    );
    const versions = await dependencies.getVersions(company, restored);
    return entries.map((undo) => {
      const { id, was = {} } = undo.entry;
      const bytes = Object.values(was).map((version) => versions.get(versionName(id, version))?.bytes ?? 0);
      return { ...undo, entry: { ...undo.entry, bytes: Math.max(0, ...bytes) } };
    });
  }

  /** What was live before is known only of publications that are still those of the undone job. */
  function entryOf(
    logged: readonly { readonly level: number; readonly entry: LogEntry }[],
    assets: ReadonlyMap<string, Asset>,
  ): UndoEntry[] {
    const [first] = logged;
    const id = first?.entry.asset;
    if (first === undefined || id === undefined) return [];
    const asset = assets.get(id);
    const was: Partial<Record<Server, number>> = {};
    let version = asset?.version ?? 1;
    for (const { entry } of logged) {
      const publication = entry.server && asset?.publications[entry.server];
      if (!entry.server || publication?.jobId !== undone) continue;
      version = publication.version;
      if (publication.was !== undefined) was[entry.server] = publication.was;
    }
    const type = asset?.type ?? (first.entry.type as Asset['type'] | undefined) ?? 'document';
    const servers = [...new Set(logged.flatMap(({ entry }) => entry.server ?? []))];
    return [{ level: first.level, entry: { id, type, version, servers, bytes: 0, was }, asset }];
  }
}
