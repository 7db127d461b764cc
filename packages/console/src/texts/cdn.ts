import { counted, formatNumber } from './app.ts';
import { formatUsd } from './money.ts';

export const cdnTexts = {
  title: 'CDN',
  description:
    'The CDN keeps copies of what visitors load. Invalidate an asset to remove its copies: the next visitor gets the current version.',
  invalidate: 'Invalidate CDN',
  month: {
    header: (month: string) => `Used in ${month} (UTC)`,
    tags: 'Invalidated',
    tagsValue: (tags: number) => counted(tags, 'cache tag', 'cache tags'),
    free: 'Free in this month',
    freeValue: (free: number) => `${formatNumber(free)} for the whole AWS account`,
    cost: 'Cost',
    costValue: (min: number, max: number) =>
      min === max ? formatUsd(max) : `${formatUsd(min)} to ${formatUsd(max)}`,
    costWhy: 'More if other companies of the account have used the free tags.',
  },
  list: {
    header: 'Invalidations',
    caption: 'Invalidations, newest first',
    empty: 'Nothing was invalidated in the last 13 months',
    emptyDescription:
      'This is rarely needed: a republished asset is delivered within its lifetime, and an unpublished one is invalidated automatically.',
    columns: {
      state: 'State',
      what: 'What',
      submitted: 'Submitted',
      duration: 'Duration',
      by: 'By',
      cost: 'Cost at most',
    },
    state: { 'in-progress': 'In progress', completed: 'Completed' },
    assets: (count: number) => counted(count, 'asset', 'assets'),
    preset: (name: string) => `Images of preset ${name}`,
    seconds: (seconds: number) => counted(seconds, 'second', 'seconds'),
    minutes: (minutes: number) => counted(minutes, 'minute', 'minutes'),
    more: (count: number) => `and ${formatNumber(count)} more`,
    cost: formatUsd,
  },
  dialog: {
    header: 'Invalidate CDN',
    by: 'What to invalidate',
    kinds: {
      assetIds: { label: 'Assets', description: 'By their ids' },
      urls: { label: 'URLs', description: 'The assets that the URLs show, in all sizes and formats' },
      preset: { label: 'Image preset', description: 'Every image that was made with it' },
    },
    assetIds: 'Ids of published assets, one in each line',
    urls: 'Delivery URLs of this company, one in each line',
    urlsExample: '/is/image/…/red-shoe?wid=400',
    preset: 'Image preset',
    choosePreset: 'Choose a preset',
    noPresets: 'This company has no image presets',
    atMost: (limit: number) => `At most ${formatNumber(limit)} at once.`,
    nothing: 'Enter at least one line.',
    tooMany: (count: number, limit: number) =>
      `These are ${formatNumber(count)} lines. At most ${formatNumber(limit)} can be invalidated at once.`,
    noPreset: 'Choose an image preset.',
    submit: 'Invalidate',
    time: 'Copies disappear from all edges within about half a minute. Browsers keep theirs until their lifetime ends.',
  },
  submitted: (tags: number) => `Invalidation submitted: ${counted(tags, 'cache tag', 'cache tags')}`,
} as const;
