import { type CompanySettings, serversOf } from '../../domain/company/settings.ts';
import { servers as allServers } from '../../domain/delivery/server.ts';
import { Failure } from '../../domain/failure.ts';
import type { ScheduledJob } from '../../domain/schedule/schedule.ts';
import type { RequestOf } from './api-call.ts';

/**
 * What a schedule's jobs are to do, as it is kept.
 * @throws Failure `request.invalid` for a server that the company does not have
 */
export function scheduledJob(
  { publish, servers }: RequestOf<'createSchedule'>['body']['job'],
  settings: CompanySettings,
): ScheduledJob {
  if (servers === undefined) return { publish };
  const available = serversOf(settings);
  const missing = servers.find((server) => !available.includes(server));
  if (missing !== undefined) {
    const message = `names ${missing}, which this company does not have; it has ${available.join(', ')}`;
    throw new Failure('request.invalid', `job.servers: ${message}`, {
      details: [{ field: 'job.servers', message }],
    });
  }
  return { publish, servers: allServers.filter((server) => servers.includes(server)) };
}
