import { acceptsType } from '../../../domain/assets/publish-state.ts';
import { countsOf, sumByServer, sumOfLogEntries } from '../../../domain/jobs/counts.ts';
import { isTerminal, type PublishJob } from '../../../domain/jobs/job.ts';
import type { CompanyView } from '../../support/company-view.ts';
import type { Engine } from './publish-processes.ts';

/**
 * What must hold of a company once all is quiet.
 * @param allowed what a log cannot know: assets that were withdrawn since, and jobs whose workers died with nobody to call
 * them again
 * @returns what is wrong
 */
export function checkEnded(
  view: CompanyView,
  {
    withdrawn,
    orphansDied,
    emitted,
  }: Pick<Engine, 'orphansDied' | 'emitted'> & {
    readonly withdrawn: ReadonlySet<string>;
  },
): string[] {
  const faults: string[] = [];
  if (view.locks.size > 0) faults.push(`locks are left: ${JSON.stringify([...view.locks])}`);
  if (view.queue.size > 0) faults.push(`the queue has ${[...view.queue.keys()].join()}`);
  for (const job of view.jobs.values()) {
    if (job.kind === 'publish') faults.push(...checkJob(job));
  }
  for (const asset of view.assets.values()) {
    for (const [server, { key, version }] of Object.entries(asset.publications)) {
      const lies = view.origins.get(`${server}:${key}`);
      if (lies !== version)
        faults.push(`${asset.id} is live on ${server} as ${version}, and ${lies} lies there`);
    }
    for (const server of view.settings.servers) {
      if (asset.intent === 'held' || !acceptsType(server, asset.type)) continue;
      if (asset.publications[server]?.version !== asset.version)
        faults.push(`${asset.id} is not live on ${server}`);
    }
  }
  const recorded = new Set(
    [...view.assets.values()].flatMap(({ publications }) =>
      Object.entries(publications).map(([server, { key }]) => `${server}:${key}`),
    ),
  );
  // Nobody comes after a worker that no execution calls again.
  const places = orphansDied.size > 0 ? [] : view.origins.keys();
  for (const place of places) {
    if (!recorded.has(place)) faults.push(`${place} lies there, and no record says so`);
  }
  return faults;

  function checkJob(job: PublishJob): string[] {
    const { id, status, counts, perServer } = job;
    const wrong: string[] = [];
    if (!isTerminal(status)) return [`${id} is ${status}`];
    if (!view.notified().some(({ message }) => message.kind === 'ended' && message.jobId === id))
      wrong.push(`the end of ${id} was told nobody`);
    if (!emitted.some(({ detail }) => isEndOf(detail, id, status)))
      wrong.push(`the bus knows nothing of the end of ${id}`);
    const all = view.log(id);
    const lines = all.filter(({ asset }) => asset !== undefined);
    const ends = all.filter(({ outcome }) => outcome === 'end').length;
    if (ends !== 1) wrong.push(`${id} has no end line`);
    const isLogged = !orphansDied.has(id);
    if (isLogged && new Set(lines.map(({ asset, server }) => `${asset} ${server}`)).size !== lines.length) {
      wrong.push(`${id} has lines twice`);
    }
    if (isLogged && JSON.stringify(sumOfLogEntries(lines)) !== JSON.stringify(counts)) {
      wrong.push(
        `the log of ${id} says ${JSON.stringify(sumOfLogEntries(lines))}, its counts ${JSON.stringify(counts)}`,
      );
    }
    for (const [server, sum] of Object.entries(sumByServer(lines))) {
      const recorded = perServer?.[server as keyof typeof perServer];
      if (isLogged && perServer && JSON.stringify(recorded) !== JSON.stringify(sum))
        wrong.push(`${id} counts wrong on ${server}`);
    }
    const published = [...view.history]
      .filter(([, event]) => event.event === 'PUBLISHED' && 'jobId' in event && event.jobId === id)
      .map(([key, event]) => ({
        asset: key.slice(0, key.indexOf('#')),
        server: String(event.server),
        version: event.version,
      }));
    const names = published.map(({ asset, server, version }) => `${asset}@${version} on ${server}`);
    if (new Set(names).size !== names.length) wrong.push(`${id} published twice: ${names.join()}`);
    for (const { asset, server } of published) {
      if (withdrawn.has(asset) || orphansDied.has(id)) continue;
      const line = lines.find((one) => one.asset === asset && one.server === server);
      if (!line || countsOf(line).done !== 1)
        wrong.push(`${id} published ${asset} on ${server}, and says ${line?.outcome}`);
    }
    for (const { asset, server, outcome } of lines) {
      const isIn = published.some((one) => one.asset === asset && one.server === server);
      if (outcome === 'published' && !isIn)
        wrong.push(`${id} says it published ${asset}; history knows nothing of it`);
    }
    return wrong;
  }
}

function isEndOf(detail: unknown, id: string, ended: string): boolean {
  const { job, status } = detail as { job?: { id: string }; status?: string };
  return job?.id === id && status === ended;
}
