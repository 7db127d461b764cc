/**
 * Words of the API that options accept. The command line imports only types of the contract, so they are written again; a
 * test compares them with the contract.
 */
export const servers = ['image-serving', 'image-rendering', 'video', 'server-directory'] as const;
export const publishKinds = ['new', 'full', 'full-with-search'] as const;
export const roles = ['viewer', 'user', 'admin'] as const;
export const emailSettings = ['none', 'all', 'errors', 'errors-and-warnings', 'completion'] as const;
export const jobStatuses = [
  'queued',
  'running',
  'stopping',
  'succeeded',
  'completed-with-errors',
  'stopped',
  'failed',
] as const;
export const logOutcomes = [
  'published',
  'recorded',
  'withdrawn',
  'skipped',
  'warning',
  'error',
  'not-reached',
  'begin',
  'end',
] as const;
export const searchStates = ['published', 'unpublished', 'changed', 'held'] as const;
export const searchSorts = [
  'name',
  'title',
  'date',
  'created',
  'size',
  'width',
  'type',
  'folder',
  'uploader',
] as const;
