import type { Problem } from '@pressroom/api/operation-types';

/** An unsuccessful response of the API. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status. */
  readonly status: number;
  /** Stable code of the problem. Missing where a gateway in front of the API sent the response. */
  readonly code: Problem['code'] | undefined;
  /** What is wrong with this request. */
  readonly detail: string;
  /** Each wrong value of the request with its rule; empty for other problems. */
  readonly errors: NonNullable<Problem['errors']>;
  /** Quote it when you report a problem. */
  readonly requestId: string | undefined;
  /** The whole problem document, for example with `requiredRole`, `jobId` or `etag`. */
  readonly problem: Partial<Problem>;

  /**
   * @param operation name of the operation, for the message
   * @param status HTTP status
   */
  constructor(operation: string, status: number, problem: Partial<Problem>) {
    const errors = problem.errors ?? [];
    const detail = problem.detail ?? problem.title ?? 'The response has no problem document';
    // The detail often repeats the first error.
    const texts = errors.map(({ field, message }) => `${field}: ${message}`);
    const text = [detail, ...texts.filter((one) => !detail.includes(one))].join('; ');
    super(`${operation} failed: ${[status, problem.code].filter(Boolean).join(' ')}: ${text}`);
    this.status = status;
    this.code = problem.code;
    this.detail = detail;
    this.errors = errors;
    this.requestId = problem.requestId;
    this.problem = problem;
  }
}

/** The API could not be reached, also after retries. `cause` is the error of `fetch`. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
}

/** Reads the problem document of an unsuccessful response. */
export async function toApiError(operation: string, response: Response): Promise<ApiError> {
  const text = await response.text();
  try {
    const problem: unknown = JSON.parse(text);
    if (typeof problem === 'object' && problem !== null)
      return new ApiError(operation, response.status, problem);
  } catch {
    // Not JSON: the response comes from a gateway, not from the API.
  }
  return new ApiError(operation, response.status, {});
}
