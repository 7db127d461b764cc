/**
 * The catalogue of errors. Each is declared once, with a stable code that programs may rely on, the HTTP
 * status it answers with, and whether trying again can help. Step Functions retries and catches by these codes:
 * a Failure's `name` is its code.
 */
const catalogue = {
  'request.invalid': { status: 400, retryable: false, title: 'The request is not valid' },
  'request.key-reused': {
    status: 422,
    retryable: false,
    title: 'The idempotency key was used for something else',
  },
  'request.not-json': { status: 400, retryable: false, title: 'The body is not JSON' },
  'request.too-large': { status: 413, retryable: false, title: 'The request is too large' },
  'request.unsupported-media-type': {
    status: 415,
    retryable: false,
    title: 'The body must be application/json',
  },
  'route.not-found': { status: 404, retryable: false, title: 'There is no such address' },
  'route.method-not-allowed': {
    status: 405,
    retryable: false,
    title: 'This address does not take that method',
  },
  'access.not-signed-in': { status: 401, retryable: false, title: 'Sign in first' },
  'access.role-too-low': { status: 403, retryable: false, title: 'Your role does not allow this' },
  'company.not-found': { status: 404, retryable: false, title: 'There is no such company' },
  'server.not-confirmed': { status: 422, retryable: false, title: 'Turning a server off must be confirmed' },
  'asset.not-found': { status: 404, retryable: false, title: 'There is no such asset' },
  'asset.changed-meanwhile': { status: 409, retryable: true, title: 'The asset was changed meanwhile' },
  'asset.stale': { status: 412, retryable: false, title: 'The asset is not as you know it' },
  'asset.id-taken': { status: 409, retryable: false, title: 'The id is taken' },
  'asset.trashed': { status: 409, retryable: false, title: 'The asset is in the trash' },
  'asset.not-publishable': { status: 409, retryable: false, title: 'The asset cannot be published as it is' },
  'asset.not-published': { status: 409, retryable: false, title: 'Nothing that was chosen is published' },
  'set.refused': { status: 422, retryable: false, title: 'The set cannot be made of these' },
  'derived.refused': { status: 422, retryable: false, title: 'Nothing can be derived of this asset' },
  'preset.not-found': { status: 404, retryable: false, title: 'There is no such batch set preset' },
  'folder.not-found': { status: 404, retryable: false, title: 'There is no such folder' },
  'folder.refused': { status: 409, retryable: false, title: 'The folder cannot be moved there' },
  'version.not-found': { status: 404, retryable: false, title: 'The asset has no such version' },
  'version.refused': { status: 422, retryable: false, title: 'The version cannot be taken up again' },
  'upload.file-refused': { status: 422, retryable: false, title: 'The file is refused' },
  'upload.file-not-found': { status: 404, retryable: false, title: 'The upload has no such file' },
  'upload.closed': { status: 409, retryable: false, title: 'The upload is closed' },
  'job.not-found': { status: 404, retryable: false, title: 'There is no such job' },
  'job.already-ended': { status: 409, retryable: false, title: 'The job has ended' },
  'job.not-ended': { status: 409, retryable: true, title: 'The job has not ended' },
  'job.not-retryable': { status: 409, retryable: false, title: 'There is nothing to do again' },
  'job.too-early-for-force': {
    status: 409,
    retryable: true,
    title: 'The job may not be ended by force yet',
  },
  'job.range-too-wide': { status: 400, retryable: false, title: 'The date range has too many jobs to sort' },
  'schedule.not-found': { status: 404, retryable: false, title: 'There is no such schedule' },
  'schedule.stale': { status: 412, retryable: false, title: 'The schedule is not as you know it' },
  'schedule.changed-meanwhile': { status: 409, retryable: true, title: 'The schedule was changed meanwhile' },
  'schedule.job-unfinished': {
    status: 409,
    retryable: false,
    title: 'The job that the schedule started last is unfinished',
  },
  'schedule.not-set': { status: 503, retryable: true, title: 'The schedule could not be set' },
  'notification.secret-not-found': { status: 404, retryable: false, title: 'There is no such secret' },
  'notification.secret-needed': { status: 409, retryable: false, title: 'The secret is needed' },
  'trigger.not-found': { status: 404, retryable: false, title: 'There is no such trigger' },
  'trigger.schedule-paused': { status: 409, retryable: false, title: 'The schedule is paused' },
  'trigger.chain-too-deep': { status: 422, retryable: false, title: 'The chain of jobs is too deep' },
  'request.rate-limited': { status: 429, retryable: true, title: 'Too many requests' },
  'invalidation.not-found': { status: 404, retryable: false, title: 'There is no such invalidation' },
  'image.unknown-command': { status: 400, retryable: false, title: 'There is no such image command' },
  'image.invalid-argument': { status: 400, retryable: false, title: 'An image command has a wrong argument' },
  'image.too-large': { status: 400, retryable: false, title: 'The image asked for is too large' },
  'image.undecodable': { status: 422, retryable: false, title: 'The image cannot be decoded' },
  'image.too-slow': { status: 503, retryable: true, title: 'The image takes too long to make' },
  'delivery.not-found': { status: 404, retryable: false, title: 'Not found' },
  'publication.not-finished': {
    status: 503,
    retryable: true,
    title: 'The time was up before everything was published',
  },
  'storage.busy': { status: 503, retryable: true, title: 'The storage is busy' },
  'system.fault': { status: 500, retryable: true, title: 'Something failed on our side' },
} as const satisfies Record<string, { status: number; retryable: boolean; title: string }>;

export type FailureCode = keyof typeof catalogue;

/** One wrong value: where it stands (a JSON path or a command's name), what is wrong, and what would be right. */
export interface FailureDetail {
  readonly field: string;
  readonly message: string;
  /** Of a text that was read: where the wrong part begins, counted from 1. */
  readonly column?: number;
  /** Of a value that cannot be: the nearest one that can. */
  readonly nearest?: string;
}

/** An error that its user should see: `message` is public text that names what is wrong and what would be right. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly details: readonly FailureDetail[];
  /** Further facts for programs, shown beside the text: `requiredRole`, `allow`. */
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
 * A `request.invalid` about one field.
 * @param field its name as the caller knows it: `scope.folder`, `files[3].name`
 * @param message the rule, to be read after the field's name: `must not be empty`
 * @param more what else a program may use: `column`, `nearest`
 */
export function invalidField(
  field: string,
  message: string,
  more: Omit<FailureDetail, 'field' | 'message'> = {},
): Failure {
  return new Failure('request.invalid', `${field}: ${message}`, { details: [{ field, message, ...more }] });
}

/** HTTP status of the response for a failure. */
export function statusOf(code: FailureCode): number {
  return catalogue[code].status;
}

/** Short text that is the same for every failure of this code. */
export function titleOf(code: FailureCode): string {
  return catalogue[code].title;
}

/** Whether the same call may succeed when it is made again. */
export function isRetryable(code: FailureCode): boolean {
  return catalogue[code].retryable;
}

/** Every code, for tables in the docs and tests. */
export const failureCodes = Object.keys(catalogue) as FailureCode[];
