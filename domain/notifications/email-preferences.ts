/** What a member has chosen to be mailed about, beside what single jobs ask for. */
export interface EmailPreferences {
  /** `all`: every job that ends. `problems`: those that end with warnings or errors. */
  readonly completion: (typeof emailCompletions)[number];
  /** Only the member's own jobs, or all of the company. */
  readonly scope: (typeof emailScopes)[number];
  readonly types: readonly (typeof emailTypes)[number][];
}

export const emailCompletions = ['off', 'all', 'problems'] as const;
export const emailScopes = ['own', 'company'] as const;
export const emailTypes = ['upload', 'publish'] as const;

/** Those of a member who has chosen nothing. */
export const noEmail: EmailPreferences = { completion: 'off', scope: 'own', types: ['upload', 'publish'] };
