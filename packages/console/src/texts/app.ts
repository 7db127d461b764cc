/**
 * All that people read is in this folder: a file for each page, and this one for what is around them. A translation is
 * another folder with the same files.
 */

/** The language of the texts, for numbers and dates as well (BCP 47). */
export const language = 'en';

const number = new Intl.NumberFormat(language);

/** "1 asset", "12,345 assets". */
export function counted(count: number, one: string, many: string): string {
  return `${number.format(count)} ${count === 1 ? one : many}`;
}

/** "12,345". */
export const formatNumber = (value: number): string => number.format(value);

export const appTexts = {
  signOut: 'Sign out',
  you: 'You',
  undo: 'Undo',
  cancel: 'Cancel',
  close: 'Close',
  delete: 'Delete',
  reload: 'Load the page again',
  tryAgain: 'Try again',
  showMore: 'Show more',
  loading: 'Loading',
  roles: { viewer: 'Viewer', user: 'User', admin: 'Admin' },
  activeJobs: (count: number) => `${counted(count, 'job has', 'jobs have')} not ended`,
  header: {
    company: (company: string) => `Company: ${company}`,
    theme: { light: 'Light theme', dark: 'Dark theme' },
    help: 'Shortcuts',
  },
  layout: {
    navigation: 'Pages',
    navigationClose: 'Close the navigation',
    navigationToggle: 'Open the navigation',
    notifications: 'Notifications',
  },
  shortcuts: {
    header: 'Keyboard shortcuts',
    help: 'Show this list',
    open: (page: string) => `Open ${page}`,
  },
  sessionEnded: {
    header: 'Your session has ended',
    description:
      'Sign in again in the window that opens. This page stays as it is, and what you typed is kept.',
    signIn: 'Sign in',
  },
  startFailure: { header: 'The console could not be opened', again: 'Try again' },
  noCompany: {
    header: 'You are in no company yet',
    description: (name: string) =>
      `You are signed in as ${name}. Ask an admin of your company to invite you.`,
  },
  notMember: {
    header: 'You are not a member of this company',
    description: (company: string) => `There is no company "${company}", or you are not a member of it.`,
    toOwn: 'Open my company',
  },
  notFound: {
    header: 'There is no page at this address',
    description: 'The address is wrong, or the page is only for other roles.',
    toStart: 'Go to the start page',
  },
  pageFailed: 'This page has failed',
  errors: {
    network: 'The network connection failed. Check it, and try again.',
    requestId: (id: string) => `Request ${id}`,
    header: 'This could not be loaded',
    forbidden: 'You may not see this. Ask an admin of the company for another role.',
  },
  live: {
    published: 'Published',
    unpublished: 'Unpublished',
    publish: (id: string) => `${id} is unpublished. Publish it`,
    unpublish: (id: string) => `${id} is published. Unpublish it`,
  },
  time: {
    beside: (time: string, zone: string) => `${time} in ${zone}`,
  },
  conflict: {
    header: 'Somebody else has changed this',
    description: 'It was changed after you opened it. Compare both versions, and choose which one to keep.',
    yours: 'Your version',
    theirs: 'The current version',
    keepYours: 'Save my version',
    takeTheirs: 'Discard my version',
  },
} as const;
