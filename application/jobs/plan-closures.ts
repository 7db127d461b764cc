/** Adds to the plan of a publish job the closures of the assets that it selects. Called by plan-job, and by dry runs. */
import { type Asset, type AssetType, isSetType } from '../../domain/assets/asset.ts';
import { closureOf } from '../../domain/assets/closure.ts';
import { whyOutsideDates } from '../../domain/assets/live-dates.ts';
import { isCurrentOn, requiredServers, serversFor } from '../../domain/assets/publish-state.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import type { Server } from '../../domain/delivery/server.ts';
import type { PublishJob } from '../../domain/jobs/job.ts';
import type { PlanEntry } from '../../domain/jobs/part.ts';
import { type Candidate, selectServers } from '../../domain/jobs/select-servers.ts';
import { type ClosureDependencies, closureLookups } from '../assets/closure-lookups.ts';

/** An entry of a plan with its level. The job finishes a level before it begins the next one. */
export interface LevelledEntry {
  readonly level: number;
  readonly entry: PlanEntry;
  /** What is live now. */
  readonly publications: Asset['publications'];
  /** A set of the plan shows the asset; the job itself does not select it on these servers. */
  readonly isPulled?: true;
  /** For dry runs and stored plans, of a set that will not go live: the member that is missing, and why. */
  readonly missingMember?: string;
}

/** Parents whose closures are read together. */
const parentsAtATime = 25;

/**
 * Assets of the closures that are read together: about 150 MB of records. A set with a larger closure is planned alone, and
 * goes live if everything that it shows is live.
 */
const maxClosuresAssets = 50_000;

/** Ids that a planner remembers, so that no asset is planned twice: about 100 MB. Further assets may be planned twice. */
const maxKnownIds = 1_000_000;

/** Whether an asset's closure has more than the asset itself. */
export function isParent({ type, derivedCount = 0 }: Pick<Asset, 'type' | 'derivedCount'>): boolean {
  return isSetType(type) || derivedCount > 0;
}

export interface ClosurePlanner {
  /** Records a candidate that the job selects. Call it for every selected candidate. */
  take(candidate: Candidate): void;
  /**
   * Plans parents that the job selects, and the assets of their closures that are not live in their current version; each
   * asset once. Assets that the job will select itself are left out.
   */
  expand(parents: readonly Candidate[]): Promise<LevelledEntry[]>;
  /** Assets that `expand` left out but `take` never got, because the index was behind the records. Call it at the end. */
  omitted(): LevelledEntry[];
}

/** Costs: 1 read unit for each asset of a closure, a GET for a set, a query for an image with derived images. */
export function closurePlanner(
  job: Pick<PublishJob, 'company' | 'publish' | 'force' | 'servers'>,
  settings: Pick<CompanySettings, 'servers'>,
  dependencies: ClosureDependencies & {
    /** Milliseconds since 1970. */
    readonly clock: () => number;
  },
): ClosurePlanner {
  const { company } = job;
  const lookups = closureLookups(company, dependencies);
  const taken = new Set<string>();
  const planned = new Set<string>();
  const leftToJob = new Map<string, LevelledEntry>();

  return {
    take({ id }) {
      if (taken.size < maxKnownIds) taken.add(id);
      leftToJob.delete(id);
    },

    async expand(parents) {
      const entries: LevelledEntry[] = [];
      for (let start = 0; start < parents.length; start += parentsAtATime) {
        const group = parents.slice(start, start + parentsAtATime);
        entries.push(...(await expandGroup(group)));
      }
      return entries;
    },

    omitted() {
      // With a full memory, an omitted id cannot be distinguished from an id that was taken.
      return taken.size < maxKnownIds ? [...leftToJob.values()] : [];
    },
  };

  async function expandGroup(group: readonly Candidate[]): Promise<LevelledEntry[]> {
    const records = await dependencies.getAssets(
      company,
      group.map(({ id }) => id),
      { consistent: true },
    );
    // The current records, because the index follows them after a moment.
    const roots = [...records.values()].filter((asset) => selected(asset).length > 0);
    const { levels, members, tooLarge } = await closureOf(roots, lookups, maxClosuresAssets);
    if (tooLarge) {
      const [one, ...more] = roots;
      if (one && more.length === 0) return add(one, 1, selected(one));
      const alone: LevelledEntry[] = [];
      for (const candidate of group) alone.push(...(await expandGroup([candidate])));
      return alone;
    }
    const isRoot = new Set(roots.map(({ id }) => id));
    /** Assets that will be live after this job, with their servers. */
    const live = new Map<string, { readonly type: AssetType; readonly servers: readonly Server[] }>();
    const now = new Date(dependencies.clock()).toISOString();
    return levels.flatMap((assets, level) =>
      assets.flatMap((asset) => {
        const { id, type } = asset;
        // What the job selects itself gets its log entry.
        if (asset.trashed || (!isRoot.has(id) && whyOutsideDates(asset, now) !== undefined)) return [];
        const own = selected(asset);
        const accepting = serversFor(type, settings);
        const pulled = accepting.filter(
          (server) => job.servers.includes(server) && !own.includes(server) && !isCurrentOn(asset, server),
        );
        const missingMember = missingMemberIn(members.get(id) ?? [], accepting, live);
        const servers = isRoot.has(id) ? own : [...own, ...pulled];
        if (missingMember === undefined) {
          live.set(id, {
            type,
            servers: accepting.filter((server) => servers.includes(server) || isCurrentOn(asset, server)),
          });
        }
        if (isRoot.has(id)) return add(asset, level, own, '', missingMember);
        if (own.length > 0 && !taken.has(id) && leftToJob.size < maxKnownIds) {
          leftToJob.set(id, { level, entry: entryOf(asset, own), publications: asset.publications });
        }
        return add(asset, level, pulled, '+', missingMember);
      }),
    );
  }

  function missingMemberIn(
    members: readonly string[],
    servers: readonly Server[],
    live: ReadonlyMap<string, { readonly type: AssetType; readonly servers: readonly Server[] }>,
  ): string | undefined {
    for (const id of members) {
      const member = live.get(id);
      if (!member) return `Member ${id} will not be live`;
      for (const server of servers) {
        const missing = requiredServers(server, member.type, settings).find(
          (own) => !member.servers.includes(own),
        );
        if (missing !== undefined) return `Member ${id} will not be live on ${missing}`;
      }
    }
    return undefined;
  }

  function selected(asset: Asset) {
    return asset.trashed ? [] : selectServers(asset, job, settings);
  }

  function add(
    asset: Asset,
    level: number,
    servers: readonly Server[],
    kind = '',
    missingMember?: string,
  ): LevelledEntry[] {
    const name = kind + asset.id;
    if (servers.length === 0 || planned.has(name)) return [];
    if (planned.size < maxKnownIds) planned.add(name);
    return [
      {
        level,
        entry: entryOf(asset, servers),
        publications: asset.publications,
        ...(kind === '' ? {} : { isPulled: true as const }),
        ...(missingMember === undefined ? {} : { missingMember }),
      },
    ];
  }
}

function entryOf(asset: Asset, servers: readonly Server[]): PlanEntry {
  const { id, type, version, bytes, intent } = asset;
  return { id, type, version, servers, bytes, ...(intent === 'held' ? { held: true as const } : {}) };
}
