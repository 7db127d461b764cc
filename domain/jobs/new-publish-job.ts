import { type CompanySettings, serversOf } from '../companies/settings.ts';
import { servers as allServers, type Server } from '../delivery/server.ts';
import { invalidField } from '../failure.ts';
import { noCounts, type PublishJob, type PublishOptions } from './job.ts';
import { uniqueJobName } from './job-name.ts';

/** The options of a publish job, as its submitter gives them. */
export interface JobOptions extends PublishOptions, Pick<PublishJob, 'publish'> {
  /** Default: all servers of the company. */
  readonly servers?: readonly Server[];
}

/** The identity and the origin of a publish job. */
export interface JobIdentity extends Pick<PublishJob, 'schedule' | 'chain' | 'follows'> {
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
 * Makes a queued publish job.
 * @throws Failure `request.invalid` for a server that the company does not have, or if it has none
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
 * The servers of a job ("Publish To"): the selected ones, or all of the company, in the order of `servers`.
 * @param field name of the option, for the error
 * @throws Failure `request.invalid` for a server that the company does not have, or if it has none
 */
export function serversToPublishTo(
  selected: readonly Server[] | undefined,
  settings: Pick<CompanySettings, 'servers'>,
  field = 'servers',
): Server[] {
  const available = serversOf(settings);
  if (available.length === 0) throw invalidField(field, 'this company has no server. Enable one first');
  if (selected === undefined) return available;
  const missing = selected.find((server) => !available.includes(server));
  if (missing !== undefined) {
    const message = `${missing} is not enabled for this company. Enabled servers: ${available.join(', ')}`;
    throw invalidField(field, message);
  }
  return allServers.filter((server) => selected.includes(server));
}
