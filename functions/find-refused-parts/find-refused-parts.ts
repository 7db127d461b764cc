import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { MapResults } from '../../adapters/s3/map-results.ts';
import type { PlanFiles } from '../../adapters/s3/plan-files.ts';
import { isRunning } from '../../domain/jobs/lifecycle.ts';
import {
  type FindRefusedPartsOutput,
  findRefusedPartsInput,
  publishPartInput,
} from '../../statemachines/publish-job.contract.ts';

export type FindRefusedPartsDependencies = Pick<JobStore, 'getJob'> &
  MapResults &
  Pick<PlanFiles, 'writeRefusedParts'> & {
    /** Milliseconds since 1970. */
    readonly clock: () => number;
  };

/** Errors of Lambda itself: the function did not run. publish-job.asl.json has the same list. */
export const lambdaErrors = [
  'Lambda.TooManyRequestsException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
];

/**
 * Milliseconds from the start of a job after which parts are no longer tried again. The execution ends after 24 hours; an
 * hour is left for the parts that run, and to close the others.
 */
const maxAge = 23 * 3_600_000;

/** Seconds before the second pass, the third, and all others. The parts themselves have tried for a minute before. */
const waits = [5, 15, 30];
const maxWait = 60;

/**
 * "Find Refused Parts": after each pass of a level's map, the parts that Lambda refused to run, because of its concurrency
 * or a fault of its own. The state machine runs them again, until none is left, the job is stopped, or its time is up.
 * Parts that ran and failed are not among them: finish-job closes those.
 *
 * Costs: a GET of the map's results; if parts were refused, a GET of the failures, a PUT, and a read unit.
 * @throws any error of S3 or DynamoDB; a repeated call writes the same
 */
export async function findRefusedParts(
  event: unknown,
  dependencies: FindRefusedPartsDependencies,
): Promise<FindRefusedPartsOutput> {
  const { writer, ...level } = findRefusedPartsInput.parse(event);
  const { company, jobId, passes } = level;
  const failed = await dependencies.readFailedChildren(writer.Key);
  const refused = failed
    .filter(({ error }) => lambdaErrors.includes(error))
    .map(({ input }) => publishPartInput.parse(input));
  if (refused.length === 0 || !(await mayContinue())) return { ...level, refused: 0, waitSeconds: 0 };
  const manifest = await dependencies.writeRefusedParts(company, jobId, level.level, passes + 1, refused);
  return {
    ...level,
    manifest,
    passes: passes + 1,
    refused: refused.length,
    waitSeconds: waits[passes] ?? maxWait,
  };

  async function mayContinue(): Promise<boolean> {
    const job = await dependencies.getJob(company, jobId);
    if (job?.kind !== 'publish' || !isRunning(job.status)) return false;
    return dependencies.clock() - Date.parse(job.started ?? job.submitted) < maxAge;
  }
}
