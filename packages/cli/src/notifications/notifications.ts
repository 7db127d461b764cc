import { defineCommand, one, whole } from '../command.ts';
import { findJob } from '../jobs/find-job.ts';
import { jobArgument } from '../jobs/show.ts';
import { formatTime } from '../output/format.ts';

export const listNotifications = defineCommand({
  path: 'notifications ls',
  feature: 'notifications',
  summary: 'List the HTTP notifications about jobs, with the last response of each receiver',
  args: {},
  options: { max: whole(1, 100_000, 'stop after so many; 20 unless given') },
  examples: [{ command: 'notifications ls', does: 'lists deliveries, the latest job first' }],
  show: {
    columns: [
      {
        title: 'STATE',
        cell: ({ state }, paint) =>
          paint(state === 'given-up' ? 'red' : state === 'waiting' ? 'cyan' : 'green', state),
      },
      { title: 'STATUS', right: true, cell: ({ status }) => (status === undefined ? '' : String(status)) },
      { title: 'ATTEMPTS', right: true, cell: ({ attempts }) => String(attempts) },
      { title: 'LAST', cell: ({ last }) => formatTime(last) },
      { title: 'JOB', cell: ({ jobName }) => jobName },
      { title: 'TO', cell: ({ url }) => url },
      { title: '', cell: ({ reason }) => reason ?? '' },
    ],
    none: 'No notification was sent.',
  },
  async *run({ client, signal }, { max = 20 }) {
    let count = 0;
    for await (const delivery of client.all('listDeliveries', {
      query: { limit: Math.min(max, 1_000) },
      signal,
    })) {
      yield delivery;
      count += 1;
      if (count === max) break;
    }
    return 0;
  },
});

export const testNotification = defineCommand({
  path: 'notifications test',
  feature: 'notifications',
  summary: 'Send a signed test notification now, and print the result',
  args: { url: one('Where to send it') },
  options: {},
  examples: [{ command: 'notifications test https://hooks.example.com/pressroom', does: 'tests a receiver' }],
  show: {
    lines: ({ received, status, reason, milliseconds }, paint) => [
      received
        ? `${paint('green', '✓')} Received with ${status} in ${milliseconds} ms.`
        : `${paint('red', '✗')} Not received${status === undefined ? '' : ` (${status})`}: ${reason ?? 'no reason given'}`,
    ],
  },
  async *run({ client, signal }, { url }) {
    const result = await client.call('testNotification', { body: { url }, signal });
    yield result;
    return result.received ? 0 : 7;
  },
});

export const sendNotification = defineCommand({
  path: 'notifications send',
  feature: 'notifications',
  summary: 'Send the HTTP notification about a job again',
  args: { job: jobArgument },
  options: {},
  examples: [
    { command: 'notifications send latest', does: 'sends the notification about the latest job again' },
  ],
  show: { lines: () => ['It is sent within seconds. See: pressroom notifications ls'] },
  async *run(context, { job }) {
    const { id: jobId } = await findJob(context, job);
    yield await context.client.call('sendAgain', { params: { jobId }, signal: context.signal });
    return 0;
  },
});
