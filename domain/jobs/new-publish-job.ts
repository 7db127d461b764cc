import { type CompanySettings, serversOf } from '../companies/settings.ts';
import { servers as allServers, type Server } from '../delivery/server.ts';
import { Failure } from '../failure.ts';
import { noCounts, type PublishJob, type PublishOptions } from './job.ts';
import { uniqueJobName } from './job-name.ts';

/** What a publish job is to do, as its submitter says it. */
export interface JobOptions extends PublishOptions, Pick<PublishJob, 'publish'> {
  /** All of the company's unless given. */
  readonly servers?: readonly Server[];
}

/** Who submits it, and what it comes of. */
export interface JobIdentity extends Pick<PublishJob, 'schedule' | 'chain'> {
  readonly company: string;
  /** A ULID. */
  readonly id: string;
  readonly givenName: string;
  /** Subject of the user. */
  readonly submittedBy: string;
  /** ISO 8601, UTC. */
  readonly submitted: string;
}

/**
 * A publish job, queued.
 * @throws Failure `request.invalid` for a server that the company does not have, or where it has none
 */
export function newPublishJob(
  options: JobOptions,
  origin: JobIdentity,
  settings: Pick<CompanySettings, 'servers' | 'timeZone'>,
): PublishJob {
  const { servers, ...others } = options;
  return {
    kind: 'publish',
    ...origin,
    name: uniqueJobName(origin.givenName, origin.submitted, settings.timeZone),
    status: 'queued',
    counts: noCounts,
    ...others,
    servers: serversToPublishTo(servers, settings),
    executionNumber: 1,
  };
}

/**
 * Publish To: the servers named, or all of the company's, in their usual order.
 * @param field that named them, for the failure
 * @throws Failure `request.invalid`
 */
export function serversToPublishTo(
  selected: readonly Server[] | undefined,
  settings: Pick<CompanySettings, 'servers'>,
  field = 'servers',
): Server[] {
  const available = serversOf(settings);
  if (available.length === 0) throw refusal(field, 'this company has none; turn one on first');
  if (selected === undefined) return available;
  const missing = selected.find((server) => !available.includes(server));
  if (missing !== undefined) {
    const has = available.join(', ');
    throw refusal(field, `names ${missing}, which this company does not have; it has ${has}`);
  }
  return allServers.filter((server) => selected.includes(server));
}

function refusal(field: string, message: string): Failure {
  return new Failure('request.invalid', `${field}: ${message}`, { details: [{ field, message }] });
}
