import { maxListed } from '@pressroom/api/assets/dry-run';
import type { serverRoutes } from '@pressroom/api/companies/server-routes';
import { type CompanySettings, serversOf } from '../../../domain/companies/settings.ts';
import { servers as allServers, type Server, servers } from '../../../domain/delivery/server.ts';
import { Failure } from '../../../domain/failure.ts';
import { newPublishJob } from '../../../domain/jobs/new-publish-job.ts';
import { maxCallMs } from '../../../domain/library/limits.ts';
import { changedMeanwhile, untilUnchanged } from '../../../domain/until-unchanged.ts';
import { toDryRunResponse } from '../assets/dry-run-response.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import { toJobResponse } from '../jobs/job-response.ts';
import { submitOnce } from '../jobs/submit-once.ts';

/** All servers, those that the company has on and the others. */
async function listServers(
  { company }: Pick<RequestOf<'listServers'>, 'company'>,
  { companies: { getSettings } }: Dependencies,
): PromisedResponse<'listServers'> {
  const settings = await getSettings(company);
  return { items: servers.map((server) => ({ server, on: settings.servers.includes(server) })) };
}

/**
 * Turns a server on or off for the company, with a job that goes through the library. The setting comes first: what is
 * uploaded or published while the job runs goes by it. Calling it again starts another job, which repairs what is missing.
 */
async function toggleServer(
  { company, user, params, body }: RequestOf<'toggleServer'>,
  dependencies: Dependencies,
): PromisedResponse<'toggleServer'> {
  const { server } = params;
  const { on, confirm, dryRun } = body;
  if (!on && !dryRun && confirm !== server) {
    const message = `must be "${server}": disabling it withdraws everything that is live there. Use a dry run to see it first`;
    throw new Failure('server.not-confirmed', `confirm: ${message}`, {
      details: [{ field: 'confirm', message }],
    });
  }
  const before = await dependencies.companies.getSettings(company);
  const now = dependencies.now();
  const job = newPublishJob(
    // Its lock keeps other jobs off the server. Withdrawn assets are invalidated.
    on
      ? { publish: 'enable-server', servers: [server] }
      : { publish: 'disable-server', servers: [server], invalidate: true },
    {
      company,
      id: dependencies.newId(),
      givenName: `${on ? 'Enable' : 'Disable'} ${server}`,
      submittedBy: user.subject,
      submitted: now,
    },
    { ...before, servers: allServers },
  );
  if (dryRun) {
    const settings = { ...before, servers: serversAfterToggle(before, server, on) };
    const until = dependencies.clock() + maxCallMs;
    return toDryRunResponse(await dependencies.jobs.previewJob(job, { settings, until, maxListed, ids: [] }));
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
  dependencies: Dependencies,
): Promise<void> {
  return untilUnchanged(
    async () => {
      const settings = await dependencies.companies.getSettings(company);
      const after = serversAfterToggle(settings, server, on);
      const isChanged = await dependencies.companies.changeServers(company, settings.servers, after);
      return isChanged ? undefined : changedMeanwhile;
    },
    () => new Failure('storage.busy', 'The settings keep being changed; try again'),
  );
}

export const serverHandlers = {
  listServers,
  toggleServer,
} satisfies HandlersOf<typeof serverRoutes>;
