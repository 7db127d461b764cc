export const emailPreferencesTexts = {
  header: 'My e-mail',
  description:
    'Mail about jobs that have ended. Single jobs and schedules may send more, by their own options.',
  address: (email: string) => `Mail goes to ${email}.`,
  noAddress: 'Your membership has no address: ask an admin to invite you again.',
  unavailable: 'This installation sends no mail: ask its operator. Your choice is kept.',
  completion: 'Send me mail about',
  completions: [
    { value: 'off', label: 'Nothing' },
    { value: 'problems', label: 'Jobs that end with warnings or errors' },
    { value: 'all', label: 'All jobs that end' },
  ],
  scope: 'Whose jobs',
  scopes: [
    { value: 'own', label: 'My own jobs' },
    { value: 'company', label: 'All jobs of the company' },
  ],
  types: 'Types of jobs',
  typeLabels: { upload: 'Uploads', publish: 'Publish jobs' },
  noType: 'Choose at least one type.',
  saved: 'Your choice is saved',
} as const;
