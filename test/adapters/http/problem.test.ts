import { problemResponse } from '@pressroom/api/values';
import { describe, expect, it } from 'vitest';
import { problem } from '../../../adapters/http/problem.ts';
import { Failure, failureCodes, statusOf } from '../../../domain/failure.ts';

const bodyOf = (response: { body?: string | undefined }) =>
  JSON.parse(response.body ?? '') as Record<string, unknown>;

describe('an error as an answer', () => {
  it('names what is wrong, for people and for programs', () => {
    const response = problem(
      new Failure('request.invalid', 'limit: must be at most 1000', {
        details: [{ field: 'limit', message: 'must be at most 1000' }],
      }),
      'request-1',
    );
    expect(response.statusCode).toBe(400);
    expect(response.headers).toEqual({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
    });
    expect(bodyOf(response)).toEqual({
      type: 'urn:pressroom:request.invalid',
      title: 'The request is not valid',
      status: 400,
      code: 'request.invalid',
      detail: 'limit: must be at most 1000',
      errors: [{ field: 'limit', message: 'must be at most 1000' }],
      requestId: 'request-1',
    });
  });

  it('tells the methods that an address takes in the header too', () => {
    const response = problem(new Failure('route.method-not-allowed', 'No', { facts: { allow: 'GET' } }), 'r');
    expect(response.headers?.allow).toBe('GET');
    expect(bodyOf(response).allow).toBe('GET');
  });

  it.each([
    new Error('password=hunter2 at /var/task/index.mjs'),
    'text',
    undefined,
    new Failure('system.fault', 'x').cause,
  ])('shows nothing of a fault of ours: %s', (error) => {
    const response = problem(error, 'request-1');
    expect(response.statusCode).toBe(500);
    expect(bodyOf(response)).toMatchObject({
      code: 'system.fault',
      detail: expect.stringContaining('request-1'),
    });
    expect(response.body).not.toMatch(/hunter2|index\.mjs/);
  });

  it('says when to try again, where that can help', () => {
    expect(problem(new Failure('storage.busy', 'Busy'), 'r').headers?.['retry-after']).toBe('5');
  });

  it.each(failureCodes)('%s answers as the contract says', (code) => {
    const response = problem(new Failure(code, 'text', { details: [{ field: 'f', message: 'm' }] }), 'r');
    expect(response.statusCode).toBe(statusOf(code));
    expect(problemResponse.safeParse(bodyOf(response)).error).toBeUndefined();
  });
});
