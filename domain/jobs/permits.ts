/**
 * How many publish jobs run in the whole installation. A job runs only with a permit, of which there is a fixed number, so
 * that a thousand schedules at midnight do not share out Lambda's concurrency until nothing advances. Companies that wait
 * for a permit get one each in rounds: a company with a hundred jobs does not hold up one with a single job.
 */

/** A permit that a job holds. */
export interface Permit {
  /** Its number, from 0 on. */
  readonly permit: number;
  readonly company: string;
  readonly jobId: string;
}

/** A company with a job that nothing but a permit is missing for. */
export interface WaitingCompany {
  readonly company: string;
  /** When it began to wait, or last got a permit while more of its jobs waited: ISO 8601, UTC. */
  readonly since: string;
  /** When it last asked for a permit: ISO 8601, UTC. A company that asks again is not removed. */
  readonly asked: string;
}

/** The numbers of the permits that no job holds. Permits above a limit that was lowered are held, and count. */
export function freePermits(held: readonly Permit[], maxRunningJobs: number): number[] {
  const taken = new Set(held.map(({ permit }) => permit));
  const all = Array.from({ length: maxRunningJobs }, (_, permit) => permit);
  return all.filter((permit) => !taken.has(permit)).slice(0, Math.max(0, maxRunningJobs - held.length));
}

/** The number of the permit that a job holds. */
export function permitOf(held: readonly Permit[], company: string, jobId: string): number | undefined {
  return held.find((one) => one.company === company && one.jobId === jobId)?.permit;
}

/** The companies in the order in which they get permits: the one that waits longest is first. */
export function inWaitingOrder(waiting: readonly WaitingCompany[]): WaitingCompany[] {
  return [...waiting].sort((a, b) => {
    if (a.since !== b.since) return a.since < b.since ? -1 : 1;
    return a.company < b.company ? -1 : 1;
  });
}

/**
 * The permit that a job may take by itself: the one that it holds, or one that is free and that no waiting company is to
 * get. Jobs choose different permits, because many may begin at the same moment.
 * @returns undefined if it has to wait
 */
export function permitToTake(
  { company, jobId }: { readonly company: string; readonly jobId: string },
  held: readonly Permit[],
  waiting: readonly WaitingCompany[],
  maxRunningJobs: number,
): number | undefined {
  const own = permitOf(held, company, jobId);
  if (own !== undefined) return own;
  const free = freePermits(held, maxRunningJobs);
  if (free.length <= waiting.length) return undefined;
  let hash = 0;
  for (const character of jobId) hash = (hash * 31 + character.charCodeAt(0)) >>> 0;
  return free[hash % free.length];
}

/**
 * The position of a job among all that wait for a permit: 1 is next.
 * @param before jobs of the same company that wait for a permit and were submitted before it. Each takes a whole round
 * @returns undefined if its company does not wait
 */
export function installationPosition(
  company: string,
  before: number,
  waiting: readonly WaitingCompany[],
): number | undefined {
  const index = inWaitingOrder(waiting).findIndex((one) => one.company === company);
  return index === -1 ? undefined : before * waiting.length + index + 1;
}
