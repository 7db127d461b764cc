import type { CompanyProgress, ProgressStore } from '../../adapters/dynamodb/companies/progress-store.ts';
import type { ActiveJobStore, ActivePosition } from '../../adapters/dynamodb/jobs/active-job-store.ts';
import { inParallel } from '../../domain/in-parallel.ts';

export interface FindCompaniesDependencies
  extends ProgressStore,
    Pick<ActiveJobStore, 'listActiveCompanies'> {
  /** Whether no message waits in the queue. */
  readonly isQueueEmpty: () => Promise<boolean>;
  readonly requestCompany: (message: { readonly company: string }) => Promise<void>;
  /** Milliseconds until the function is ended. */
  readonly timeLeft: () => number;
  readonly log: { warn(message: string, facts: Record<string, unknown>): void };
}

/** Messages that are sent in parallel. */
const sendsAtATime = 10;

/** Milliseconds for the messages of a page and the record of where the list stopped. */
const reserve = 20_000;

/** The key of the progress of the list itself. No company has this name. */
const listOfCompanies = '#LIST';

/**
 * "Reconcile Jobs", every five minutes: sends a message for each company with active jobs, so that no company waits until
 * another one with many jobs is done. Nothing is sent while companies of the last round wait, so that rounds do not pile up;
 * a company that is being worked on does not hold up a round.
 *
 * Costs: 16 queries, and an SQS message for each company. Without active jobs about $0.02 a month.
 * @returns the number of companies
 */
export async function findCompanies(dependencies: FindCompaniesDependencies): Promise<number> {
  if (!(await dependencies.isQueueEmpty())) {
    dependencies.log.warn('Companies of the last round still wait; no new round begins', {});
    return 0;
  }
  let found = 0;
  const begun = await dependencies.readProgress(listOfCompanies);
  for await (const { companies, next } of dependencies.listActiveCompanies(positionOf(begun))) {
    await inParallel(companies, sendsAtATime, (company) => dependencies.requestCompany({ company }));
    found += companies.length;
    if (dependencies.timeLeft() >= reserve) continue;
    await dependencies.writeProgress(listOfCompanies, { ...next });
    return found;
  }
  if (begun) await dependencies.deleteProgress(listOfCompanies);
  return found;
}

function positionOf(progress: CompanyProgress | undefined): ActivePosition | undefined {
  if (!progress) return undefined;
  const { shard, after } = progress;
  return { shard: Number(shard), ...(after === undefined ? {} : { after: String(after) }) };
}
