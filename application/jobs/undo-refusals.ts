import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { VersionStore } from '../../adapters/dynamodb/assets/version-store.ts';
import type { SetFiles } from '../../adapters/s3/set-files.ts';
import { type Asset, isSetType } from '../../domain/assets/asset.ts';
import { neverPublishedOn, requiredServers, whyNotAllowed } from '../../domain/assets/publish-state.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import type { Server } from '../../domain/delivery/server.ts';
import type { PublishJob } from '../../domain/jobs/job.ts';
import type { PlanEntry } from '../../domain/jobs/part.ts';
import { assetsOfSet } from '../../domain/sets/set-record.ts';

export type UndoRefusalsDependencies = Pick<AssetStore, 'getAssets'> &
  Pick<VersionStore, 'getVersion'> &
  Pick<SetFiles, 'readSetRecord'> & {
    /** ISO 8601, UTC. */
    readonly now: () => string;
  };

/**
 * Servers on which the version that was live before may not go live again, each with the reason. Called by publish-part, and
 * by dry runs. Costs nothing for a file; for a set 1 read unit and a GET for each server, and 1 read unit for each asset that it
 * shows.
 */
export async function undoRefusals(
  { was }: PlanEntry,
  asset: Asset | undefined,
  job: Pick<PublishJob, 'id'>,
  settings: Pick<CompanySettings, 'servers' | 'allowActiveContent'>,
  dependencies: UndoRefusalsDependencies,
): Promise<ReadonlyMap<Server, string>> {
  const refusals = new Map<Server, string>();
  if (!asset || asset.trashed) return refusals;
  const notAllowed = whyNotAllowed(asset, settings, dependencies.now());
  for (const [server, version] of Object.entries(was ?? {}) as [Server, number][]) {
    if (version === 0 || asset.publications[server]?.jobId === job.id) continue;
    const refusal = notAllowed ?? (await missingMember(asset, version, server));
    if (refusal !== undefined) refusals.set(server, refusal);
  }
  return refusals;

  /** A member has to be live, in whatever version: members are undone after their sets. */
  async function missingMember(
    { company, id, type }: Asset,
    version: number,
    server: Server,
  ): Promise<string | undefined> {
    if (!isSetType(type)) return undefined;
    const found = await dependencies.getVersion(company, id, version);
    if (!found) return undefined;
    const ids = assetsOfSet(await dependencies.readSetRecord(found));
    const members = await dependencies.getAssets(company, ids, { consistent: true });
    for (const name of ids) {
      const member = members.get(name);
      const isLive =
        member !== undefined &&
        requiredServers(server, member.type, settings).every((own) => !neverPublishedOn(member, own));
      if (!isLive) return `Its version ${version} shows ${name}, which is not live`;
    }
    return undefined;
  }
}
