/** A stored plan: what a publish job would do, and what a job that is given the plan does (docs/plans.md). */
import type { Asset, AssetType } from '../assets/asset.ts';
import type { Totals } from '../assets/estimate.ts';
import { type LiveDates, whyOutsideDates } from '../assets/live-dates.ts';
import { isCurrentOn, serversFor, whyNotAllowed } from '../assets/publish-state.ts';
import type { CompanySettings } from '../companies/settings.ts';
import type { Server } from '../delivery/server.ts';
import type { PublishJob, PublishKind } from './job.ts';
import type { PlanEntry } from './part.ts';
import type { Candidate } from './select-servers.ts';

export const planChanges = ['added', 'changed', 'republished', 'refused', 'skipped', 'unchanged'] as const;
/**
 * What the job does with an asset. `added`: it goes live where no version was; `changed`: it replaces an older version;
 * `republished`: the version that is live is copied again; `refused`: a rule prevents it; `skipped`: the job does not select
 * it; `unchanged`: its current version is live.
 */
export type PlanChange = (typeof planChanges)[number];

/** One asset of a plan. An asset whose closure and own selection differ by server has two of them. */
export interface PlannedAsset {
  readonly id: string;
  readonly type: AssetType;
  readonly change: PlanChange;
  /** The version that the job publishes, or the current one. */
  readonly version: number;
  /** Servers that the job publishes to. Empty if it does not publish the asset. */
  readonly servers: readonly Server[];
  /** The version that is live now, by server. */
  readonly live: Readonly<Partial<Record<Server, number>>>;
  /** Bytes to copy, on all servers together. */
  readonly bytes: number;
  /** Why nothing is done, or why the asset goes live although it is unpublished. */
  readonly message?: string;
}

/** Number of assets by change. */
export type PlanCounts = Readonly<Record<PlanChange, number>>;

export const noPlanCounts: PlanCounts = {
  added: 0,
  changed: 0,
  republished: 0,
  refused: 0,
  skipped: 0,
  unchanged: 0,
};

/** What a plan comes to. */
export interface PlanSummary {
  readonly counts: PlanCounts;
  /** Assumptions: domain/jobs/part.ts. */
  readonly totals: Totals;
}

/** The files of the assets that one round of planning listed. */
export interface PlanLists {
  /** Distinguishes the function that wrote them. */
  readonly planner: string;
  /** Number of files, by change. */
  readonly files: PlanCounts;
}

/**
 * A stored plan.
 * @typeParam Position where planning continues
 */
export interface StoredPlan<Position = unknown>
  extends Pick<PublishJob, 'company' | 'servers' | 'scope' | 'force'> {
  /** A ULID. */
  readonly id: string;
  readonly publish: PublishKind;
  /** Also lists the assets of the scope that the job would leave as they are. */
  readonly unchanged?: true;
  /** Subject of the user. */
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** When planning made progress last: ISO 8601, UTC. */
  readonly progressAt: string;
  readonly summary: PlanSummary;
  /** One for each finished round of planning. */
  readonly lists: readonly PlanLists[];
  /** Parts and log entries so far. */
  readonly parts: number;
  readonly total: number;
  /** Where planning continues. Missing: the plan is complete. */
  readonly position?: Position | undefined;
}

/** Days that a plan can be read and run. The bucket keeps its files for 30 days, so that a job of it never loses them. */
const planDays = 7;

/** When a plan expires: ISO 8601, UTC. */
export function planExpiry(at: string): string {
  return new Date(Date.parse(at) + planDays * 86_400_000).toISOString();
}

/** The version that is live on each of these servers. */
export function liveVersions(
  { publications }: Pick<Asset, 'publications'>,
  servers: readonly Server[],
): PlannedAsset['live'] {
  return Object.fromEntries(
    servers.flatMap((server) => {
      const version = publications[server]?.version;
      return version === undefined ? [] : [[server, version]];
    }),
  );
}

/** An entry of the plan as a person reads it. */
export function plannedAsset(
  entry: PlanEntry,
  live: PlannedAsset['live'],
  refusal: string | undefined,
): PlannedAsset {
  const { id, type, version, servers, bytes, held } = entry;
  if (refusal !== undefined)
    return { id, type, change: 'refused', version, servers: [], live, bytes: 0, message: refusal };
  return {
    id,
    type,
    change: changeOf(entry, live),
    version,
    servers,
    live,
    bytes: bytes * servers.length,
    ...(held ? { message: 'It is held, and goes live with a set that shows it' } : {}),
  };
}

function changeOf({ servers, version }: PlanEntry, live: PlannedAsset['live']): PlanChange {
  const before = servers.flatMap((server) => live[server] ?? []);
  if (before.length === 0) return 'added';
  return before.length === servers.length && before.every((one) => one === version)
    ? 'republished'
    : 'changed';
}

/** A candidate that the job does not select, with the reason. */
export function leftAsset(
  candidate: Candidate & LiveDates,
  { publish, servers }: Pick<PublishJob, 'publish' | 'servers'>,
  settings: Pick<CompanySettings, 'servers' | 'allowActiveContent'>,
  now: string,
): PlannedAsset {
  const { id, type, version, intent } = candidate;
  const accepting = serversFor(type, settings).filter((server) => servers.includes(server));
  const left = { id, type, version, servers: [], live: liveVersions(candidate, accepting), bytes: 0 };
  const skipped = (message: string): PlannedAsset => ({ ...left, change: 'skipped', message });
  if (accepting.length === 0) return skipped(`No selected server takes the type ${type}`);
  const outside = whyOutsideDates(candidate, now);
  if (outside !== undefined) return skipped(outside);
  const notAllowed = whyNotAllowed(candidate, settings, now);
  if (notAllowed !== undefined) return { ...left, change: 'refused', message: notAllowed };
  if (intent === 'held') return skipped('It is held: publish it by hand');
  if (accepting.every((server) => isCurrentOn(candidate, server))) return { ...left, change: 'unchanged' };
  if (publish === 'new') return skipped('It has changed since it was published: the option "full" takes it');
  return skipped('An older version of it is live, and the current one is not to be published yet');
}
