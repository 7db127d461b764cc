/** The jobs that a member receives mail about, in addition to the e-mail settings of single jobs. */
export interface EmailPreferences {
  /** `all`: every finished job. `problems`: jobs that finish with warnings or errors. */
  readonly completion: (typeof emailCompletions)[number];
  /** Only the member's own jobs, or all jobs of the company. */
  readonly scope: (typeof emailScopes)[number];
  readonly types: readonly (typeof emailTypes)[number][];
}

export const emailCompletions = ['off', 'all', 'problems'] as const;
export const emailScopes = ['own', 'company'] as const;
export const emailTypes = ['upload', 'publish'] as const;

/** The default preferences. */
export const noEmail: EmailPreferences = { completion: 'off', scope: 'own', types: ['upload', 'publish'] };
