import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { Failure, isRetryable, statusOf, titleOf } from '../../domain/failure.ts';

/**
 * Any error as an `application/problem+json` answer (RFC 9457). What is not a Failure answers 500
 * `system.fault` with the request's id and nothing of what happened: that is for the log.
 */
export function problem(error: unknown, requestId: string): APIGatewayProxyStructuredResultV2 {
  const failure =
    error instanceof Failure
      ? error
      : new Failure(
          'system.fault',
          `Something failed on our side. If it lasts, report request ${requestId}.`,
        );
  const status = statusOf(failure.code);
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(failure.facts.allow === undefined ? {} : { allow: failure.facts.allow }),
      ...(status >= 500 && isRetryable(failure.code) ? { 'retry-after': '5' } : {}),
      ...(failure.facts.retryAfter === undefined ? {} : { 'retry-after': failure.facts.retryAfter }),
    },
    body: JSON.stringify({
      type: `urn:pressroom:${failure.code}`,
      title: titleOf(failure.code),
      status,
      code: failure.code,
      detail: failure.message,
      ...(failure.details.length === 0 ? {} : { errors: failure.details }),
      ...failure.facts,
      requestId,
    }),
  };
}
