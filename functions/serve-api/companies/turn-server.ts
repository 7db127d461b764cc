import type { SettingsRecords } from '../../../adapters/dynamodb/companies/settings-records.ts';
import { type CompanySettings, serversOf } from '../../../domain/companies/settings.ts';
import { servers as allServers, type Server } from '../../../domain/delivery/server.ts';
import { Failure } from '../../../domain/failure.ts';
import { newPublishJob } from '../../../domain/jobs/new-publish-job.ts';
import { mostCallMs } from '../../../domain/library/limits.ts';
import { mostListed } from '../../../packages/api/assets/publication-routes.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';
import { previewAnswer } from '../assets/preview-answer.ts';
import { jobAnswer } from '../jobs/job-answer.ts';
import type { SubmitJobDependencies } from '../jobs/submit-job.ts';
import { submitOnce } from '../jobs/submit-once.ts';

export type TurnServerDependencies = Pick<SettingsRecords, 'getSettings' | 'changeServers'> &
  Pick<SubmitJobDependencies, 'submit' | 'previewJob' | 'clock' | 'newId' | 'now' | 'log'>;

/** There are four servers: more admins than that do not turn one at the same moment. */
const mostAttempts = 5;

/**
 * Turns a server on or off for the company, with a job that goes through the library. The setting comes first: what is
 * uploaded or published while the job runs goes by it. Calling it again starts another job, which mends what is missing.
 */
export async function turnServer(
  { company, user, params, body }: RequestOf<'turnServer'>,
  dependencies: TurnServerDependencies,
): ReplyOf<'turnServer'> {
  const { server } = params;
  const { on, confirm, dryRun } = body;
  if (!on && !dryRun && confirm !== server) {
    const message = `must be "${server}": turning it off withdraws all that is live there; see what by a dry run first`;
    throw new Failure('server.not-confirmed', `confirm: ${message}`, {
      details: [{ field: 'confirm', message }],
    });
  }
  const before = await dependencies.getSettings(company);
  const now = dependencies.now();
  const job = newPublishJob(
    // Its lock keeps other jobs from the server meanwhile. What it withdraws, the CDN has to forget.
    on
      ? { publish: 'turn-on', servers: [server] }
      : { publish: 'turn-off', servers: [server], invalidate: true },
    {
      company,
      id: dependencies.newId(),
      givenName: `Turn ${server} ${on ? 'on' : 'off'}`,
      submittedBy: user.subject,
      submitted: now,
    },
    { ...before, servers: allServers },
  );
  if (dryRun) {
    const settings = { ...before, servers: turned(before, server, on) };
    const until = dependencies.clock() + mostCallMs;
    return previewAnswer(await dependencies.previewJob(job, { settings, until, mostListed, ids: [] }));
  }
  await changeServers(company, server, on, dependencies);
  return jobAnswer(await submitOnce(job, { key: undefined, request: body }, dependencies), now);
}

/** The servers that the company has after it, in their usual order. */
function turned(settings: Pick<CompanySettings, 'servers'>, server: Server, on: boolean): Server[] {
  const had = serversOf(settings);
  return allServers.filter((other) => (other === server ? on : had.includes(other)));
}

/** Turns this server and leaves the others as they are, also where somebody else turns one at the same moment. */
async function changeServers(
  company: string,
  server: Server,
  on: boolean,
  dependencies: Pick<SettingsRecords, 'getSettings' | 'changeServers'>,
): Promise<void> {
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const settings = await dependencies.getSettings(company);
    if (await dependencies.changeServers(company, settings.servers, turned(settings, server, on))) return;
  }
  throw new Failure('storage.busy', 'The settings keep being changed; try again');
}
