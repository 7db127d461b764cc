import { ApiError, NetworkError } from '@pressroom/client/api-error';
import type { ExitCode } from '../exit-codes.ts';
import { CommandError } from './command-error.ts';

/** An error as people and programs get it. */
export interface Explanation {
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly message: string;
  /** What to do next. */
  readonly hint?: string;
  readonly errors?: readonly {
    readonly field: string;
    readonly message: string;
    readonly nearest?: string;
  }[];
  readonly requestId?: string;
}

/** What to do about a problem of the API, by its code. */
const hints: Readonly<Record<string, string>> = {
  'company.not-found': 'List your companies with: pressroom company ls',
  'asset.trashed': 'Restore it first: pressroom restore <id>',
  'asset.not-publishable': 'Ask for the reason: pressroom why <id>',
  'asset.not-published': 'Only published assets are on the CDN. Publish them: pressroom publish <id>',
  'job.already-ended': 'See how it ended: pressroom jobs show <job>',
  'job.not-retryable': 'Its log says what happened: pressroom jobs log <job>',
  'job.too-early-for-force': 'Force is allowed five minutes after the stop request.',
  'plan.outdated': 'Make a new plan with pressroom plan, or add --skip-changed.',
  'plan.not-ready': 'Run the command again in a few seconds.',
  'schedule.job-unfinished': 'Follow that job: pressroom jobs watch <job>',
  'scope.changed': 'More assets match than before. Run the command again to use the new number.',
  'search.not-ready': 'The index is being prepared. Run the command again in a minute.',
  'settings.not-confirmed': 'Read what is live, then add --confirm with the name of the setting.',
  'set.refused': 'See what a set of this type accepts: docs/sets.md',
  'member.exists': 'Change the role instead: pressroom members role <member> <role>',
  'member.last-admin': 'Make another member an admin first: pressroom members role <member> admin',
};

/** Statuses that may change when the command is run again. */
const isBusy = (status: number) => status === 429 || status === 503 || status === 502 || status === 504;

/** Says what is wrong, what to do, and with which code the command ends. */
export function explainError(error: unknown): Explanation {
  if (error instanceof CommandError)
    return {
      exitCode: error.exitCode,
      code: error.code,
      message: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    };
  if (error instanceof ApiError) return explainApiError(error);
  if (error instanceof NetworkError)
    return {
      exitCode: 6,
      code: 'network.failed',
      message: `The API could not be reached: ${error.message}`,
      hint: 'Check the address and the connection, then run the command again.',
    };
  if (error instanceof Error && error.name === 'AbortError')
    return { exitCode: 130, code: 'interrupted', message: 'Interrupted.' };
  const file = fileProblem(error);
  if (file !== undefined) return { exitCode: 1, code: 'file.unreadable', message: file };
  return { exitCode: 1, code: 'fault', message: error instanceof Error ? error.message : String(error) };
}

function explainApiError(error: ApiError): Explanation {
  const { status, code, problem, errors } = error;
  const hint = hintFor(error);
  return {
    exitCode: exitCodeOf(error),
    code: code ?? `http.${status}`,
    message: code === undefined ? `The API responded with ${status}` : textOf(error),
    ...(hint === undefined ? {} : { hint }),
    ...(errors.length === 0
      ? {}
      : {
          errors: errors.map(({ field, message, nearest }) => ({
            field,
            message,
            ...(nearest === undefined ? {} : { nearest }),
          })),
        }),
    ...(problem.requestId === undefined ? {} : { requestId: problem.requestId }),
  };
}

function textOf({ detail, errors }: ApiError): string {
  // The detail often repeats the first error.
  const others = errors
    .map(({ field, message }) => `${field}: ${message}`)
    .filter((one) => !detail.includes(one));
  return [detail, ...others].join('; ');
}

function exitCodeOf({ status, code }: ApiError): ExitCode {
  if (status === 401) return 3;
  if (status === 403) return 5;
  if (status === 404) return 4;
  return isBusy(status) || code === 'system.fault' ? 6 : 1;
}

function hintFor({ status, code, problem }: ApiError): string | undefined {
  if (status === 401) return 'Run: pressroom login';
  if (problem.requiredRole !== undefined)
    return `You need the role ${problem.requiredRole}. An admin gives it: pressroom members role <you> ${problem.requiredRole}`;
  if (code !== undefined && hints[code] !== undefined)
    return hints[code].replace('<job>', problem.jobId ?? '<job>');
  if (code?.endsWith('.changed-meanwhile') || code?.endsWith('.stale')) return 'Run the command again.';
  if (problem.retryAfter !== undefined) return `Run the command again in ${problem.retryAfter} s.`;
  if (isBusy(status)) return 'Run the command again.';
  return undefined;
}

function fileProblem(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('path' in error)) return undefined;
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'does not exist',
    EACCES: 'may not be read by you',
    EPERM: 'may not be read by you',
    EISDIR: 'is a folder',
    ENOSPC: 'cannot be written: the disk is full',
  };
  const reason = reasons[String(error.code)];
  return reason === undefined ? undefined : `${String(error.path)} ${reason}.`;
}
