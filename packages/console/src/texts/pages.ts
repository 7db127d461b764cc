/** The pages' names, in the side navigation and in the title of the window. */
export const pageTitles = {
  start: 'Start',
} as const;

export type PageId = keyof typeof pageTitles;
