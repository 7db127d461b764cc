import type { AssetStore } from '../../adapters/dynamodb/assets/asset-store.ts';
import type { LiveDateStore } from '../../adapters/dynamodb/assets/live-date-store.ts';
import type { PlanFiles } from '../../adapters/s3/plan-files.ts';
import type { InvalidationQueue } from '../../adapters/sqs/invalidation-queue.ts';
import { invalidateTogether } from '../../application/assets/invalidate-together.ts';
import { keepsChanging } from '../../application/assets/keeps-changing.ts';
import { type WithdrawAssetsDependencies, withdrawAssets } from '../../application/assets/withdraw-assets.ts';
import type { Asset } from '../../domain/assets/asset.ts';
import { afterBeginning, afterDue, dueAction } from '../../domain/assets/set-live-dates.ts';
import type { CompanySettings } from '../../domain/companies/settings.ts';
import { Failure } from '../../domain/failure.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import type { PublishJob } from '../../domain/jobs/job.ts';
import { newPublishJob } from '../../domain/jobs/new-publish-job.ts';
import { printLocalTime } from '../../domain/schedules/local-time.ts';
import { scheduledRunId } from '../../domain/schedules/scheduled-run-id.ts';
import { zoneClock } from '../../domain/schedules/zone-clock.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import type { DueMoment } from './apply-dates.contract.ts';

/** Records that are changed in parallel. */
const atATime = 25;

/** Milliseconds that are left for what has begun. */
const reserve = 60_000;

export interface ApplyDatesDependencies
  extends Pick<LiveDateStore, 'listDue' | 'recordDates'>,
    Pick<AssetStore, 'getAssets'>,
    WithdrawAssetsDependencies,
    Pick<InvalidationQueue, 'invalidateCompany'>,
    Pick<PlanFiles, 'writeScope'> {
  readonly getSettings: (company: string) => Promise<CompanySettings>;
  /** Writes the job and starts it. If it cannot be started, it waits. @returns the error of the start */
  readonly submit: (job: PublishJob) => Promise<{ startError?: unknown }>;
  /** Sends a message to this function. */
  readonly request: (moment: DueMoment) => Promise<void>;
  readonly sha256: (text: string) => string;
  /** Milliseconds until the function is ended. */
  readonly timeLeft: () => number;
  readonly log: {
    info(message: string, facts: Record<string, unknown>): void;
    warn(message: string, facts: Record<string, unknown>): void;
  };
}

export interface AppliedDates {
  readonly published: number;
  readonly withdrawn: number;
  readonly failed: number;
}

/**
 * "Apply Dates", for a company and a moment: withdraws and invalidates the assets whose time is over, and makes a publish job of those
 * whose time begins. Repeating it changes nothing: the job's id is derived from the moment and the assets, and an asset is due until
 * its work is done.
 *
 * Costs: four queries; for each asset a read and one or two writes; those of withdrawAssets, or of a job with a list.
 * @throws Error if an asset could not be withdrawn, after everything else is done: the message is delivered again
 */
export async function applyDates(
  { company, due }: DueMoment,
  dependencies: ApplyDatesDependencies,
): Promise<AppliedDates> {
  const settings = await dependencies.getSettings(company);
  const until = dependencies.clock() + dependencies.timeLeft() - reserve;
  let [published, withdrawn, failed] = [0, 0, 0];
  for await (const ids of dependencies.listDue({ company, due })) {
    if (dependencies.clock() >= until) {
      await dependencies.request({ company, due });
      break;
    }
    const found = await dependencies.getAssets(company, ids, { consistent: true });
    // The index follows the records after a moment.
    const assets = [...found.values()].filter((asset) => asset.due === due);
    const by = Map.groupBy(assets, (asset) => dueAction(asset, momentNow()));
    await withdraw(by.get('withdraw') ?? []);
    await publish(by.get('publish') ?? []);
    await inParallel(by.get('none') ?? [], atATime, finish);
  }
  const report = { published, withdrawn, failed };
  dependencies.log.info('Applied dates', { company, due, ...report });
  if (failed > 0) throw new Error(`${failed} assets of ${company} that were due at ${due} are not withdrawn`);
  return report;

  /** A message may be delivered a moment too early. */
  function momentNow(): string {
    const now = dependencies.now();
    return now > due ? now : due;
  }

  async function withdraw(assets: readonly Asset[]): Promise<void> {
    for (const [by, own] of Map.groupBy(assets, setterOf)) {
      const ended: string[] = [];
      const together = {
        ...dependencies,
        invalidateAssets: async (_: string, names: readonly string[]) => {
          ended.push(...names);
        },
      };
      const results = await withdrawAssets(company, own, { by, settings, until }, together);
      // Before they are no longer due: a call that dies in between is repeated.
      await invalidateTogether(company, ended, dependencies);
      await inParallel([...results.values()], atATime, async ({ id, outcome, asset, error }) => {
        if (outcome === 'error') {
          failed += 1;
          dependencies.log.warn('An asset could not be withdrawn at its end', { company, id, error });
        }
        if (!asset) return;
        await finish(asset);
        withdrawn += 1;
      });
      if ([...results.values()].some(({ outcome }) => outcome === 'not-reached'))
        await dependencies.request({ company, due });
    }
  }

  /** The job is written before the assets are no longer due: a call that dies in between is repeated with the same job. */
  async function publish(assets: readonly Asset[]): Promise<void> {
    const marked = (await inParallel(assets, atATime, mark)).filter((asset) => asset !== undefined);
    for (const [by, own] of Map.groupBy(marked, setterOf)) await submitJob(by, own);
    await inParallel(marked, atATime, finish);
    published += marked.length;
  }

  async function mark(asset: Asset): Promise<Asset | undefined> {
    return change(asset, (now) => afterBeginning(now, momentNow()));
  }

  async function finish(asset: Asset): Promise<void> {
    await change(asset, (now) => afterDue(now, momentNow()));
  }

  /** @returns the changed record; undefined if a user has set other dates meanwhile */
  async function change(asset: Asset, to: (now: Asset) => Asset): Promise<Asset | undefined> {
    return untilUnchanged<Asset | undefined>(
      async (attempt) => {
        const before = attempt === 1 ? asset : await dependencies.getAsset(company, asset.id);
        if (before?.due !== due) return undefined;
        const after = to(before);
        if (after === before) return before;
        return (await dependencies.recordDates(before, after, settings)) ? after : changedMeanwhile;
      },
      () => keepsChanging(asset.id),
    );
  }

  async function submitJob(submittedBy: string, assets: readonly Asset[]): Promise<void> {
    const ids = assets.map(({ id }) => id).sort();
    const id = scheduledRunId(`${company} ${dependencies.sha256(ids.join('\n'))}`, due, dependencies.sha256);
    const wall = printLocalTime(zoneClock(settings.timeZone).wallAt(Date.parse(due)));
    const givenName = `Live from ${wall.replace('T', ' ')}`;
    try {
      const scope = { kind: 'assets', count: ids.length } as const;
      const identity = { company, id, givenName, submittedBy, submitted: dependencies.now() };
      const job = newPublishJob({ publish: 'new', scope }, identity, settings);
      await dependencies.writeScope(company, id, ids);
      const { startError } = await dependencies.submit(job);
      if (startError !== undefined)
        dependencies.log.warn('A job waits because it could not be started', { company, id, startError });
    } catch (error) {
      // The company has no server: its next job takes the assets.
      if (!(error instanceof Failure) || error.code !== 'request.invalid') throw error;
      dependencies.log.warn(error.message, { company, due });
    }
  }
}

function setterOf({ datesBy, modifiedBy }: Asset): string {
  return datesBy ?? modifiedBy;
}
