import type { OperationItem } from '@pressroom/client/create-client';
import type { Context } from '../context.ts';
import { CommandError } from '../errors/command-error.ts';
import { nearTexts } from '../output/nearest.ts';

export type Schedule = OperationItem<'listSchedules'>;

/**
 * A schedule by its id, the beginning of its id, or its name.
 * @throws CommandError where no schedule, or more than one, is meant
 */
export async function findSchedule({ client, signal }: Context, wanted: string): Promise<Schedule> {
  if (/^[0-9A-HJKMNP-TV-Z]{26}$/.test(wanted))
    return client.call('readSchedule', { params: { id: wanted }, signal });
  const all: Schedule[] = [];
  for await (const schedule of client.all('listSchedules', { query: { limit: 1_000 }, signal }))
    all.push(schedule);
  const found = all.filter(({ id, name }) => name === wanted || id.startsWith(wanted.toUpperCase()));
  const [schedule] = found;
  if (schedule && found.length === 1) return schedule;
  if (schedule)
    throw new CommandError(
      2,
      'schedule.ambiguous',
      `"${wanted}" may be ${found.length} schedules.`,
      `Use an id: ${found
        .slice(0, 3)
        .map(({ id }) => id)
        .join(', ')}`,
    );
  const near = nearTexts(
    wanted,
    all.flatMap(({ id, name }) => [id, name]),
  );
  throw new CommandError(
    4,
    'schedule.not-found',
    `There is no schedule "${wanted}".`,
    near.length === 0 ? 'List schedules with: pressroom schedules ls' : `Near: ${near.join(', ')}`,
  );
}
