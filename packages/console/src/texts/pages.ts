/** The pages' names, in the side navigation and in the title of the window. */
export const pageTitles = {
  start: 'Start',
  library: 'Library',
  trash: 'Trash',
  metadata: 'Import metadata',
  upload: 'Upload',
  asset: 'Asset',
  derive: 'Derived image',
  set: 'Set',
  publish: 'Publish',
  jobs: 'Jobs',
  scheduled: 'Scheduled jobs',
  schedule: 'Edit schedule',
  job: 'Job',
  cdn: 'CDN',
  settings: 'Settings',
  settingsSection: 'Settings',
} as const;

export type PageId = keyof typeof pageTitles;
