import { counted, formatNumber, language } from './app.ts';

const dayFormat = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const formatDay = (day: string) => dayFormat.format(new Date(`${day}T00:00:00Z`));

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
  usage: {
    header: 'Storage and delivery',
    description: 'The last 30 days. What is stored is counted every night.',
    stored: 'Stored',
    storedChart: (days: number) => `Bytes stored on each of the last ${days} days`,
    assets: 'Assets and sets',
    assetsChart: (days: number) => `Assets and sets on each of the last ${days} days`,
    delivered: 'Delivered to visitors',
    deliveredChart: (days: number) => `Bytes delivered on each of the last ${days} days`,
    onDay: (day: string, value: string) => `${formatDay(day)}: ${value}`,
    requests: (count: number) => counted(count, 'request', 'requests'),
    notCounted: 'Not counted yet',
    quota: (used: string, limit: string) => `${used} of ${limit}`,
    noQuota: 'No limit',
  },
  partial: 'There were more than 500 jobs in the last 7 days: only the newest are counted.',
} as const;
