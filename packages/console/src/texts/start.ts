import { counted, formatNumber } from './app.ts';

export const startTexts = {
  title: 'Start',
  attention: {
    header: 'Needs attention',
    empty: 'Nothing needs attention',
    emptyDescription: 'Failed jobs, paused schedules, incomplete sets and secrets that end soon appear here.',
    failedJob: (failed: number, total: number) =>
      failed === 0 ? 'Failed' : `${formatNumber(failed)} of ${counted(total, 'asset', 'assets')} failed`,
    paused: 'Schedule is paused',
    secret: 'A notification secret ends',
    incompleteSet: 'Set with missing members',
    more: (count: number) => `and ${formatNumber(count)} more`,
  },
  running: {
    header: 'Running jobs',
    empty: 'No job is running',
    emptyDescription: 'Uploads and publish jobs appear here while they run.',
  },
  published: {
    header: 'Published lately',
    empty: 'Nothing was published by a job in the last 7 days',
    emptyDescription: 'Publish jobs that published something appear here.',
    assets: (count: number) => counted(count, 'asset', 'assets'),
  },
  next: {
    header: 'Next scheduled runs',
    empty: 'No run is scheduled',
    emptyDescription: 'Schedules publish every day, week or month, or by a rule of your own.',
  },
  library: {
    header: 'Assets',
    byState: 'Assets by state',
    byType: 'Assets by type',
    empty: 'The library is empty',
    emptyDescription: 'Upload images, video and other files. They can be published at once.',
    upload: 'Upload files',
    states: {
      published: 'Published',
      unpublished: 'Unpublished',
      changed: 'Changed since published',
      held: 'Unpublished by hand',
    },
  },
  partial: 'There were more than 500 jobs in the last 7 days: only the newest are counted.',
} as const;
