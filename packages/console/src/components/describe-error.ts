import { ApiError, NetworkError } from '@pressroom/client/api-error';
import { appTexts } from '../texts/app.ts';

/** What went wrong, for people: the text of the API, which names the wrong value. */
export function describeError(error: unknown): string {
  if (error instanceof NetworkError) return appTexts.errors.network;
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
  const { detail, errors, requestId, status } = error;
  const texts = errors.map(({ message }) => message).filter((message) => !detail.includes(message));
  const parts = [detail, ...texts].map((text) => text.replace(/[.;]$/, ''));
  // Only a failure of the system is worth a report.
  return `${parts.join('; ')}.${status >= 500 && requestId ? ` ${appTexts.errors.requestId(requestId)}.` : ''}`;
}

export function isForbidden(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403;
}

/** Whether what was changed had been changed by somebody else before. */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.status === 412;
}
