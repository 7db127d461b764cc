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
  'changed',
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
export const planChanges = ['added', 'changed', 'republished', 'refused', 'skipped', 'unchanged'] as const;
export const setTypes = [
  'image-set',
  'swatch-set',
  'spin-set',
  'mixed-media-set',
  'ecatalog',
  'adaptive-video-set',
  'template',
] as const;
/** Types of sets that presets build. */
export const presetSetTypes = [
  'image-set',
  'swatch-set',
  'spin-set',
  'mixed-media-set',
  'ecatalog',
  'adaptive-video-set',
] as const;
export const auditKinds = [
  'settings',
  'members',
  'secrets',
  'presets',
  'purges',
  'invalidations',
  'previews',
  'undos',
  'actions',
] as const;
export const overwriteModes = [
  'current-folder-same-extension',
  'current-folder-any-extension',
  'any-folder-same-extension',
  'any-folder-any-extension',
] as const;
export const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
