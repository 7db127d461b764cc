import type { SettingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import { type CompanySettings, serversOf } from '../../../domain/companies/settings.ts';
import { servers as allServers, type Server } from '../../../domain/delivery/server.ts';
import { Failure } from '../../../domain/failure.ts';
import { newPublishJob } from '../../../domain/jobs/new-publish-job.ts';
import { maxCallMs } from '../../../domain/library/limits.ts';
import { maxListed } from '../../../packages/api/assets/publication-routes.ts';
import { toDryRunResponse } from '../assets/dry-run-response.ts';
import { toJobResponse } from '../jobs/job-response.ts';
import type { SubmitJobDependencies } from '../jobs/submit-job.ts';
import { submitOnce } from '../jobs/submit-once.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';

export type ToggleServerDependencies = Pick<SettingsStore, 'getSettings' | 'changeServers'> &
  Pick<SubmitJobDependencies, 'submit' | 'previewJob' | 'clock' | 'newId' | 'now' | 'log'>;

/** There are four servers: more admins than that do not turn one at the same moment. */
const maxAttempts = 5;

/**
 * Turns a server on or off for the company, with a job that goes through the library. The setting comes first: what is
 * uploaded or published while the job runs goes by it. Calling it again starts another job, which mends what is missing.
 */
export async function toggleServer(
  { company, user, params, body }: RequestOf<'toggleServer'>,
  dependencies: ToggleServerDependencies,
): PromisedResponse<'toggleServer'> {
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
      ? { publish: 'enable-server', servers: [server] }
      : { publish: 'disable-server', servers: [server], invalidate: true },
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
    const settings = { ...before, servers: serversAfterToggle(before, server, on) };
    const until = dependencies.clock() + maxCallMs;
    return toDryRunResponse(await dependencies.previewJob(job, { settings, until, maxListed, ids: [] }));
  }
  await changeServers(company, server, on, dependencies);
  return toJobResponse(await submitOnce(job, { key: undefined, request: body }, dependencies), now);
}

/** The servers that the company has after it, in their usual order. */
function serversAfterToggle(
  settings: Pick<CompanySettings, 'servers'>,
  server: Server,
  on: boolean,
): Server[] {
  const had = serversOf(settings);
  return allServers.filter((other) => (other === server ? on : had.includes(other)));
}

/** Turns this server and leaves the others as they are, also where somebody else turns one at the same moment. */
async function changeServers(
  company: string,
  server: Server,
  on: boolean,
  dependencies: Pick<SettingsStore, 'getSettings' | 'changeServers'>,
): Promise<void> {
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const settings = await dependencies.getSettings(company);
    if (await dependencies.changeServers(company, settings.servers, serversAfterToggle(settings, server, on)))
      return;
  }
  throw new Failure('storage.busy', 'The settings keep being changed; try again');
}
