/**
 * How the executions of Lambda that an account may run at once are divided. Reserved concurrency is a guarantee and a limit
 * in one: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */

/** The settings about concurrency as they were given. */
export interface AskedConcurrency {
  readonly accountConcurrency?: number | undefined;
  readonly imageConcurrency?: number | undefined;
  readonly apiConcurrency?: number | undefined;
  readonly publishConcurrency?: number | undefined;
  readonly ingestConcurrency?: number | undefined;
  readonly partConcurrency?: number | undefined;
  readonly maxRunningJobs?: number | undefined;
}

export interface Concurrency {
  /** Undefined: nothing is reserved. */
  readonly imageConcurrency: number | undefined;
  readonly apiConcurrency: number | undefined;
  readonly publishConcurrency: number | undefined;
  readonly ingestConcurrency: number;
  readonly partConcurrency: number;
  readonly maxRunningJobs: number;
}

/** AWS refuses a reservation that leaves less than this to all other functions of the account. */
export const minUnreserved = 100;

/** Below this, shares would be too small to be of use, so nothing is reserved: new accounts have 10. */
const minToReserve = 200;

/** What most accounts have. */
const usualAccountConcurrency = 1_000;

/**
 * Parts of one job. 40 parts × 25 copies in flight are about what an S3 prefix takes (3,500 copies a second at 0.1–0.3 s
 * each).
 */
const maxPartConcurrency = 40;

/**
 * Jobs that run at once even in an account with little concurrency. One job of ten million assets takes hours; with a
 * limit of one, all companies would wait for it. Parts that Lambda refuses meanwhile are run again.
 */
const minRunningJobs = 5;

/** Their permits are read whenever a job begins: 25 read units for so many. */
export const maxRunningJobs = 1_000;

/**
 * Completes the settings. Of what AWS lets an account reserve, images get 30 %, the API 10 % and parts of publish jobs 40 %.
 * As many jobs may run as would fill the account if each ran all its parts; hardly any job has so many.
 */
export function deriveConcurrency(asked: AskedConcurrency): Concurrency {
  const { accountConcurrency: account } = asked;
  const shareOf = (share: number) =>
    account === undefined || account < minToReserve
      ? undefined
      : Math.floor((account - minUnreserved) * share);
  const partConcurrency =
    asked.partConcurrency ??
    Math.min(maxPartConcurrency, Math.max(1, Math.floor((account ?? usualAccountConcurrency) * 0.4)));
  return {
    imageConcurrency: asked.imageConcurrency ?? shareOf(0.3),
    apiConcurrency: asked.apiConcurrency ?? shareOf(0.1),
    publishConcurrency: asked.publishConcurrency ?? shareOf(0.4),
    // Lambda's event source mappings take no less than 2.
    ingestConcurrency:
      asked.ingestConcurrency ??
      Math.min(20, Math.max(2, Math.floor((account ?? usualAccountConcurrency) / 10))),
    partConcurrency,
    maxRunningJobs:
      asked.maxRunningJobs ??
      Math.min(
        maxRunningJobs,
        Math.max(minRunningJobs, Math.floor((account ?? usualAccountConcurrency) / partConcurrency)),
      ),
  };
}

/** What is wrong with the settings about concurrency, each with what would be right. */
export function concurrencyComplaints(asked: AskedConcurrency): string[] {
  const reserved = ['imageConcurrency', 'apiConcurrency', 'publishConcurrency'] as const;
  const given = reserved.filter((name) => asked[name] !== undefined);
  if (asked.accountConcurrency === undefined) {
    return given.map(
      (name) =>
        `${name} is ${asked[name]}, but accountConcurrency is not set: set it to the limit of the account, as in 1000.`,
    );
  }
  const all = deriveConcurrency(asked);
  const sum = reserved.reduce((total, name) => total + (all[name] ?? 0), 0);
  const max = asked.accountConcurrency - minUnreserved;
  if (sum === 0 || sum <= max) return [];
  const parts = reserved.map((name) => `${name} ${all[name] ?? 0}`).join(' + ');
  return [
    `${parts} is ${sum}: with an accountConcurrency of ${asked.accountConcurrency} it must be at most ${Math.max(0, max)}, because AWS keeps ${minUnreserved} executions for other functions.`,
  ];
}
