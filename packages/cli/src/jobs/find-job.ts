import type { Context } from '../context.ts';
import { CommandError } from '../errors/command-error.ts';
import { nearTexts } from '../output/nearest.ts';
import type { Job } from './job-text.ts';

/** Jobs that are searched for a name or a beginning of an id. */
const searchedJobs = 200;

/**
 * A job by its id, by a beginning of its id, by its name, or the latest one.
 * @throws CommandError where no job, or more than one, is meant
 */
export async function findJob({ client, signal }: Context, wanted: string): Promise<Job> {
  if (/^[0-9A-HJKMNP-TV-Z]{26}$/.test(wanted))
    return client.call('readJob', { params: { jobId: wanted }, signal });
  const jobs: Job[] = [];
  for await (const job of client.all('listJobs', { query: { limit: 100 }, signal })) {
    if (wanted === 'latest') return job;
    jobs.push(job);
    if (jobs.length === searchedJobs) break;
  }
  const found = jobs.filter(
    ({ id, name, givenName }) =>
      id.startsWith(wanted.toUpperCase()) || name === wanted || givenName === wanted,
  );
  const [job] = found;
  if (job && found.length === 1) return job;
  if (job)
    throw new CommandError(
      2,
      'job.ambiguous',
      `"${wanted}" may be ${found.length} jobs.`,
      `Use an id: ${found
        .slice(0, 3)
        .map(({ id, name }) => `${id} (${name})`)
        .join(', ')}`,
    );
  const names = new Map(
    jobs.flatMap(({ id, name, givenName }) => [
      [name, id],
      [givenName, id],
      [id, id],
    ]),
  );
  const near = nearTexts(wanted, [...names.keys()]);
  throw new CommandError(
    4,
    'job.not-found',
    `There is no job "${wanted}" among the latest ${jobs.length}.`,
    near.length === 0
      ? 'List jobs with: pressroom jobs ls'
      : `Near: ${near.map((name) => (names.get(name) === name ? name : `${name} (${names.get(name)})`)).join(', ')}`,
  );
}
