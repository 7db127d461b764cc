import { counted } from './app.ts';

const assets = (count: number) => counted(count, 'asset', 'assets');

/** Texts of dates, and of the dates from when until when an asset is live. */
export const dateTexts = {
  zone: 'Time zone',
  calendar: { previousMonth: 'Previous month', nextMonth: 'Next month', today: 'Today' },
  live: {
    description:
      'Outside of these dates the asset is not live, and nobody can publish it. A job publishes it when they begin; it is withdrawn from all servers when they end.',
    liveFrom: 'Live from',
    liveUntil: 'Live until',
    time: 'Time',
    anyTime: 'No date',
    remove: (label: string) => `Remove the date: ${label}`,
    state: {
      none: 'No dates: it is live from when to when you publish it',
      begins: 'Goes live',
      ends: 'Ends',
      ended: 'Ended',
      began: 'Live since',
    },
    derived: 'A derived image has the dates of the image that it is derived from:',
    wrong: 'This date and time does not exist. Write it as 2027/03/15 and 14:10.',
    order: 'The end must be after the beginning.',
    save: 'Save dates',
    discard: 'Discard changes',
    saved: 'Dates saved',
    notSaved: 'The dates were not saved',
    many: {
      header: (count: number) => `Dates of ${assets(count)}`,
      choices: { keep: 'Keep as it is', set: 'Set', remove: 'Remove' },
      choiceOf: (label: string) => `${label}: what to do`,
      button: (count: number) => `Change ${assets(count)}`,
      done: (count: number) => `The dates of ${assets(count)} are changed`,
      unchanged: 'Had these dates before',
      changed: 'Changed',
    },
  },
} as const;
