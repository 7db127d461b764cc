/**
 * The catalogue of errors. Each code is declared once, with its HTTP status, its title, and whether a repetition can help.
 * Codes are stable, so that programs can rely on them. Step Functions retries and catches errors by code: the `name` of a
 * Failure is its code.
 */
const catalogue = {
  // The request itself: body, parameters, rate limit.
  'request.invalid': { status: 400, retryable: false, title: 'The request is not valid' },
  'request.key-reused': {
    status: 422,
    retryable: false,
    title: 'The idempotency key was used for another request',
  },
  'request.not-json': { status: 400, retryable: false, title: 'The body is not JSON' },
  'request.too-large': { status: 413, retryable: false, title: 'The request is too large' },
  'request.unsupported-media-type': {
    status: 415,
    retryable: false,
    title: 'The body must be application/json',
  },
  'request.rate-limited': { status: 429, retryable: true, title: 'Too many requests' },

  // Paths and methods of the API.
  'route.not-found': { status: 404, retryable: false, title: 'The path does not exist' },
  'route.method-not-allowed': {
    status: 405,
    retryable: false,
    title: 'The path does not support this method',
  },

  // Identity, role and company of the caller. A company of which the caller is not a member is not found.
  'access.not-signed-in': { status: 401, retryable: false, title: 'You are not signed in' },
  'access.token-refused': { status: 401, retryable: false, title: 'The company does not accept this token' },
  'access.issuer-unavailable': {
    status: 422,
    retryable: true,
    title: 'The keys of the token issuer cannot be read',
  },
  'access.role-too-low': { status: 403, retryable: false, title: 'Your role does not allow this' },
  'company.not-found': { status: 404, retryable: false, title: 'The company does not exist' },

  // Members of a company, and the logins of people.
  'company.exists': { status: 409, retryable: false, title: 'The company exists' },
  'member.not-found': { status: 404, retryable: false, title: 'The company has no such member' },
  'member.exists': { status: 409, retryable: false, title: 'The person is a member already' },
  'member.last-admin': { status: 409, retryable: false, title: 'A company needs an admin' },
  'member.changed-meanwhile': {
    status: 409,
    retryable: true,
    title: 'The members were changed during the request',
  },
  'login.not-found': { status: 404, retryable: false, title: 'The member has no login' },
  'login.refused': { status: 409, retryable: false, title: 'The login does not allow this now' },
  'login.mail-not-sent': { status: 503, retryable: true, title: 'The user pool could not send the mail' },
  'settings.not-confirmed': {
    status: 422,
    retryable: false,
    title: 'The change of the settings needs a confirmation',
  },
  'settings.stale': { status: 412, retryable: false, title: 'The settings have changed since you read them' },
  'quota.exceeded': { status: 409, retryable: false, title: 'The quota of the company is used' },
  'server.not-confirmed': { status: 422, retryable: false, title: 'Disabling a server must be confirmed' },

  // Assets, and publishing them by hand.
  'asset.not-found': { status: 404, retryable: false, title: 'The asset does not exist' },
  'asset.changed-meanwhile': {
    status: 409,
    retryable: true,
    title: 'The asset was changed during the request',
  },
  'asset.stale': { status: 412, retryable: false, title: 'The asset has changed since you read it' },
  'asset.no-file': { status: 409, retryable: false, title: 'The asset has no file of its own' },
  'asset.id-taken': { status: 409, retryable: false, title: 'The id is taken' },
  'asset.trashed': { status: 409, retryable: false, title: 'The asset is in the trash' },
  'asset.not-publishable': { status: 409, retryable: false, title: 'The asset cannot be published' },
  'asset.not-published': { status: 409, retryable: false, title: 'No selected asset is published' },
  'publication.not-finished': {
    status: 503,
    retryable: true,
    title: 'The time was up before all assets were published',
  },
  'version.not-found': { status: 404, retryable: false, title: 'The asset has no such version' },
  'version.refused': { status: 422, retryable: false, title: 'The version cannot be restored' },

  'focus.refused': { status: 422, retryable: false, title: 'The asset has no focal point' },
  'dates.refused': { status: 422, retryable: false, title: 'The asset has no dates of its own' },
  'modifiers.refused': { status: 422, retryable: false, title: 'The asset has no modifiers' },
  'poster.refused': { status: 422, retryable: false, title: 'The asset cannot have this poster' },

  // Sets, derived images and batch set presets.
  'set.refused': { status: 422, retryable: false, title: 'The set cannot contain these members' },
  'derived.refused': { status: 422, retryable: false, title: 'No image can be derived from this asset' },
  'preset.not-found': { status: 404, retryable: false, title: 'The preset does not exist' },
  'preset.stale': { status: 412, retryable: false, title: 'The preset has changed since you read it' },

  // Folders of the library.
  'folder.not-found': { status: 404, retryable: false, title: 'The folder does not exist' },
  'folder.refused': { status: 409, retryable: false, title: 'The folder cannot be moved there' },

  // Search.
  'scope.changed': { status: 409, retryable: false, title: 'More assets match than you have seen' },
  'scope.too-large': { status: 422, retryable: false, title: 'Too many assets match' },
  'search.not-ready': { status: 503, retryable: true, title: 'The search index is being prepared' },

  // Uploads.
  'upload.file-refused': { status: 422, retryable: false, title: 'The file is not accepted' },
  'upload.file-not-found': { status: 404, retryable: false, title: 'The upload has no such file' },
  'upload.closed': { status: 409, retryable: false, title: 'The upload is closed' },

  // Jobs.
  'job.not-found': { status: 404, retryable: false, title: 'The job does not exist' },
  'job.already-ended': { status: 409, retryable: false, title: 'The job has finished' },
  'job.not-ended': { status: 409, retryable: true, title: 'The job has not finished' },
  'job.not-retryable': { status: 409, retryable: false, title: 'The job has nothing to retry' },
  'job.not-undoable': { status: 409, retryable: false, title: 'The job cannot be undone' },
  'job.too-early-for-force': {
    status: 409,
    retryable: true,
    title: 'The job cannot be ended by force yet',
  },
  'job.range-too-wide': { status: 400, retryable: false, title: 'The date range has too many jobs to sort' },

  // ZIP files.
  'download.not-found': { status: 404, retryable: false, title: 'The ZIP file does not exist' },
  'download.too-large': { status: 422, retryable: false, title: 'The files are too large for one ZIP file' },

  // Stored plans.
  'plan.not-found': { status: 404, retryable: false, title: 'The plan does not exist' },
  'plan.not-ready': { status: 409, retryable: true, title: 'The plan is not complete' },
  'plan.outdated': { status: 409, retryable: false, title: 'Assets of the plan have changed since' },

  // Schedules.
  'schedule.not-found': { status: 404, retryable: false, title: 'The schedule does not exist' },
  'schedule.stale': { status: 412, retryable: false, title: 'The schedule has changed since you read it' },
  'schedule.changed-meanwhile': {
    status: 409,
    retryable: true,
    title: 'The schedule was changed during the request',
  },
  'schedule.job-unfinished': {
    status: 409,
    retryable: false,
    title: 'The previous job of the schedule has not finished',
  },
  'schedule.not-set': { status: 503, retryable: true, title: 'The slots of the schedule could not be set' },

  // Deliveries, secrets and trigger URLs of notifications.
  'notification.delivery-not-found': {
    status: 404,
    retryable: false,
    title: 'No notification was sent about this job',
  },
  'notification.secret-not-found': { status: 404, retryable: false, title: 'The secret does not exist' },
  'notification.secret-needed': { status: 409, retryable: false, title: 'The secret is still needed' },
  'trigger.not-found': { status: 404, retryable: false, title: 'The trigger URL is not valid' },
  'trigger.schedule-paused': { status: 409, retryable: false, title: 'The schedule is paused' },
  'trigger.chain-too-deep': { status: 422, retryable: false, title: 'The chain of jobs is too deep' },

  // Delivery: image server, edge and invalidation.
  'invalidation.not-found': { status: 404, retryable: false, title: 'The invalidation does not exist' },
  'preview.refused': { status: 409, retryable: false, title: 'The asset cannot be previewed' },
  'preview.not-found': { status: 404, retryable: false, title: 'The preview does not exist' },
  'preview.ended': { status: 410, retryable: false, title: 'The preview has ended' },
  'image.invalid-argument': {
    status: 400,
    retryable: false,
    title: 'An image command has an invalid argument',
  },
  'image.too-large': { status: 400, retryable: false, title: 'The requested image is too large' },
  'image.undecodable': { status: 422, retryable: false, title: 'The image cannot be decoded' },
  'image.too-slow': { status: 503, retryable: true, title: 'The image takes too long to render' },
  'delivery.not-found': { status: 404, retryable: false, title: 'Not found' },

  // Transient errors of AWS, and faults of the system.
  'storage.busy': { status: 503, retryable: true, title: 'The storage is busy' },
  'system.fault': { status: 500, retryable: true, title: 'Something failed on our side' },
} as const satisfies Record<string, { status: number; retryable: boolean; title: string }>;

export type FailureCode = keyof typeof catalogue;

/** One wrong value. */
export interface FailureDetail {
  /** A JSON path, or the name of an image command. */
  readonly field: string;
  /** What is wrong and what would be right. */
  readonly message: string;
  /** For a parsed text: where the wrong part begins, from 1. */
  readonly column?: number;
  /** For an invalid value: the nearest valid one. */
  readonly nearest?: string;
}

/** An error for the user: `message` is public text that says what is wrong, which value, and what would be right. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly details: readonly FailureDetail[];
  /** Further facts for programs, in the response beside the text: `requiredRole`, `allow`. */
  readonly facts: Readonly<Record<string, string>>;

  constructor(
    code: FailureCode,
    message: string,
    options: {
      details?: readonly FailureDetail[];
      facts?: Readonly<Record<string, string>>;
      cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = code;
    this.code = code;
    this.details = options.details ?? [];
    this.facts = options.facts ?? {};
  }
}

/**
 * A Failure `request.invalid` about one field.
 * @param field its name in the request: `scope.folder`, `files[3].name`
 * @param message the rule, which follows the name of the field: `must not be empty`
 * @param more facts for programs: `column`, `nearest`
 */
export function invalidField(
  field: string,
  message: string,
  more: Omit<FailureDetail, 'field' | 'message'> = {},
): Failure {
  return new Failure('request.invalid', `${field}: ${message}`, { details: [{ field, message, ...more }] });
}

/** The HTTP status of the response. */
export function statusOf(code: FailureCode): number {
  return catalogue[code].status;
}

/** The short text that all failures of this code have. */
export function titleOf(code: FailureCode): string {
  return catalogue[code].title;
}

/** Whether the same call may succeed if it is repeated. */
export function isRetryable(code: FailureCode): boolean {
  return catalogue[code].retryable;
}

/** Every code, for tables in the docs and tests. */
export const failureCodes = Object.keys(catalogue) as FailureCode[];
