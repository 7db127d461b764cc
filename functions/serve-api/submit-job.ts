import type { SettingsRecords } from '../../adapters/dynamodb/settings-records.ts';
import type { Preview } from '../../adapters/publication/preview.ts';
import { type CompanySettings, serversOf } from '../../domain/company/settings.ts';
import { servers as allServers } from '../../domain/delivery/server.ts';
import { Failure } from '../../domain/failure.ts';
import { noCounts, type PublishJob } from '../../domain/job/job.ts';
import { uniqueJobName } from '../../domain/job/job-name.ts';
import { mostCallMs } from '../../domain/library/limits.ts';
import type { ReplyOf, RequestOf } from './api-call.ts';
import { jobAnswer } from './job-answer.ts';
import { previewAnswer } from './preview-answer.ts';
import { mostListed } from './publication.contract.ts';
import { checkedTelling, keepAddress, type TellingDependencies } from './telling.ts';

export interface SubmitJobDependencies extends Pick<SettingsRecords, 'getSettings'>, TellingDependencies {
  /** Writes the job and starts it; where it cannot be started it waits. @returns the error of the start */
  readonly submit: (job: PublishJob) => Promise<{ startError?: unknown }>;
  readonly previewJob: (
    job: Pick<PublishJob, 'company' | 'publish' | 'servers'>,
    options: { settings: CompanySettings; until: number; mostListed: number },
  ) => Promise<Preview>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly newId: () => string;
  readonly now: () => string;
  readonly log: { warn(message: string, error: Error): void };
}

/**
 * Submits a publish job, or tells what it would do: as far as it comes in 20 seconds. To all of the company's servers unless
 * some are named.
 */
export async function submitJob(
  { company, user, body }: RequestOf<'submitJob'>,
  dependencies: SubmitJobDependencies,
): ReplyOf<'submitJob'> {
  const settings = await dependencies.getSettings(company);
  const available = serversOf(settings);
  const wanted = body.servers ?? available;
  const missing = wanted.find((server) => !available.includes(server));
  if (missing !== undefined) {
    const message = `names ${missing}, which this company does not have; it has ${available.join(', ')}`;
    throw new Failure('request.invalid', `servers: ${message}`, { details: [{ field: 'servers', message }] });
  }

  const telling = checkedTelling(body, '', undefined, dependencies);
  const servers = allServers.filter((server) => wanted.includes(server));
  if (body.dryRun) {
    const until = dependencies.clock() + mostCallMs;
    const job = { company, publish: body.publish, servers };
    return previewAnswer(await dependencies.previewJob(job, { settings, until, mostListed }));
  }
  const now = dependencies.now();
  const job: PublishJob = {
    kind: 'publish',
    company,
    id: dependencies.newId(),
    givenName: body.name,
    name: uniqueJobName(body.name, now, settings.timeZone),
    status: 'queued',
    counts: noCounts,
    submitted: now,
    submittedBy: user.subject,
    publish: body.publish,
    servers,
    ...telling,
    attempt: 1,
  };
  await keepAddress(company, user, telling, dependencies);
  const { startError } = await dependencies.submit(job);
  if (startError !== undefined) {
    dependencies.log.warn(`Job ${job.id} waits, as it could not be started`, startError as Error);
  }
  return jobAnswer(job, now);
}
