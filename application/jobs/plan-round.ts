/** Selects what a publish job does, page by page. Shared by jobs, stored plans and dry runs. */
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { isServerToggle, type PublishJob } from '../../domain/jobs/job.ts';
import { type Candidate, selectServers } from '../../domain/jobs/select-servers.ts';
import type { ClosureDependencies } from '../assets/closure-lookups.ts';
import { type CandidatePosition, type JobCandidatesDependencies, readCandidates } from './job-candidates.ts';
import { closurePlanner, isParent, type LevelledEntry } from './plan-closures.ts';

export type PlanRoundDependencies = JobCandidatesDependencies &
  ClosureDependencies & {
    /** Milliseconds since 1970. */
    readonly clock: () => number;
  };

export type JobToPlan = Pick<PublishJob, 'company' | 'id' | 'publish' | 'servers' | 'scope' | 'force'>;

/** What is done with the candidates of a round. */
export interface PlanSink {
  /** Takes an entry of the plan. */
  add(planned: LevelledEntry): Promise<void> | void;
  /** Takes a candidate that the job does not select. */
  leave?(candidate: Candidate): Promise<void> | void;
  /** Whether the next page is read. @param pages that were read in this round */
  mayReadPage(pages: number): Promise<boolean> | boolean;
  /** Whether the round ends at once, in the middle of a page, so that it cannot be continued. */
  mustAbandon?(): boolean;
}

/** Where a round begins. */
export interface RoundBegin {
  readonly position: CandidatePosition;
  /** Whether it is the first round of its plan. */
  readonly isFirst: boolean;
}

/** Parents, which are sets and images with derived images, that are expanded between two checks: about 2 seconds. */
const maxParents = 200;

/**
 * Reads candidates, and gives the sink what the job does with them and their closures.
 *
 * Costs: the reads of job-candidates.ts and plan-closures.ts.
 * @returns the position of the next round; undefined after the last page; `abandoned` if the sink ended it
 */
export async function planRound(
  job: JobToPlan,
  settings: Pick<CompanySettings, 'servers'>,
  { position: begin, isFirst }: RoundBegin,
  sink: PlanSink,
  dependencies: PlanRoundDependencies,
): Promise<CandidatePosition | undefined | 'abandoned'> {
  const planner = closurePlanner(job, settings, dependencies);
  let parents: Candidate[] = [];
  let position: CandidatePosition | undefined = begin;
  for (let pages = 0; position && (await sink.mayReadPage(pages)); pages += 1) {
    const page = await readCandidates(job, position, dependencies);
    for (const candidate of page.items) {
      const servers = selectServers(candidate, job, settings);
      if (servers.length === 0) {
        if (sink.leave) await sink.leave(candidate);
        continue;
      }
      planner.take(candidate);
      const { id, type, version, bytes, publications } = candidate;
      if (isParent(candidate) && !isServerToggle(job)) parents.push(candidate);
      else {
        const entry = { id, type, version, servers, bytes };
        await sink.add({ level: 0, entry, publications });
      }
      if (parents.length >= maxParents && (await expand()) === 'abandoned') return 'abandoned';
    }
    if ((await expand()) === 'abandoned') return 'abandoned';
    position = page.next;
  }
  // Assets that the index omitted are known once all of it was read in this round. A narrower scope never reads the assets
  // outside of it.
  if ((!position && isFirst) || job.scope) for (const entry of planner.omitted()) await sink.add(entry);
  return position;

  /** Plans the parents that were found, with their closures. */
  async function expand(): Promise<'abandoned' | undefined> {
    if (parents.length === 0) return undefined;
    if (sink.mustAbandon?.()) return 'abandoned';
    const found = parents;
    parents = [];
    for (const entry of await planner.expand(found)) await sink.add(entry);
    return undefined;
  }
}
