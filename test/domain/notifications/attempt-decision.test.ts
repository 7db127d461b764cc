import { describe, expect, it } from 'vitest';
import { type AttemptOutcome, decideAfterAttempt } from '../../../domain/notifications/attempt-decision.ts';
import { attemptMessage } from '../../../domain/notifications/attempt-message.ts';

const at = '2026-11-24T08:00:00.000Z';
const responded = (status: number): AttemptOutcome => ({
  outcome: 'responded',
  status,
  body: '',
  truncated: false,
});
const timeout: AttemptOutcome = { outcome: 'failed', cause: 'timeout', reason: 'it was too slow' };
const refused: AttemptOutcome = { outcome: 'refused', reason: 'it is not public' };

describe('the decision after an attempt', () => {
  it.each([
    [200, 'delivered'],
    [202, 'delivered'],
    [204, 'delivered'],
    [299, 'delivered'],
    [300, 'retry'],
    [301, 'retry'],
    [308, 'retry'],
    [400, 'retry'],
    [401, 'retry'],
    [404, 'retry'],
    [410, 'disable'],
    [429, 'retry'],
    [500, 'retry'],
    [502, 'retry'],
    [503, 'retry'],
    [504, 'retry'],
    [600, 'retry'],
    [0, 'retry'],
  ])('for status %i is %s', (status, expected) => {
    expect(decideAfterAttempt(responded(status), 1, at).decision).toBe(expected);
  });

  it('is to retry if there was no response, until the tenth attempt', () => {
    expect(decideAfterAttempt(timeout, 1, at)).toEqual({
      decision: 'retry',
      at: '2026-11-24T08:00:05.000Z',
      because: 'it was too slow',
    });
    expect(decideAfterAttempt(timeout, 9, at)).toMatchObject({
      decision: 'retry',
      at: '2026-11-25T08:00:00.000Z',
    });
    expect(decideAfterAttempt(timeout, 10, at)).toEqual({ decision: 'given-up', because: 'it was too slow' });
    expect(decideAfterAttempt(responded(500), 10, at)).toMatchObject({ decision: 'given-up' });
  });

  it('is the same after the first and the tenth attempt if another attempt cannot help', () => {
    for (const attempts of [1, 10]) {
      expect(decideAfterAttempt(refused, attempts, at)).toEqual({
        decision: 'given-up',
        because: 'it is not public',
      });
      expect(decideAfterAttempt(responded(410), attempts, at)).toMatchObject({ decision: 'disable' });
      expect(decideAfterAttempt(responded(200), attempts, at)).toEqual({ decision: 'delivered' });
    }
  });

  it('respects the Retry-After header of the receiver', () => {
    const busy: AttemptOutcome = {
      outcome: 'responded',
      status: 503,
      body: '',
      truncated: false,
      retryAfter: '90',
    };
    expect(decideAfterAttempt(busy, 1, at)).toMatchObject({ at: '2026-11-24T08:01:30.000Z' });
  });
});

describe('the log entry of an attempt', () => {
  it.each([
    [responded(204), 1, 'Notification to hooks.example.com, attempt 1 of 10: received (204).'],
    [
      responded(500),
      2,
      'Notification to hooks.example.com, attempt 2 of 10: the receiver responded with 500; only a status from ' +
        '200 to 299 counts as received. Next attempt at 2026-11-24T08:05:00.000Z.',
    ],
    [
      responded(302),
      10,
      'Notification to hooks.example.com, attempt 10 of 10: the receiver responded with 302, and redirects are ' +
        'not followed: set the URL that it redirects to. There is no further attempt.',
    ],
    [
      responded(410),
      1,
      'Notification to hooks.example.com, attempt 1 of 10: the receiver responded with 410 (gone), so ' +
        "notifications to it stop. To enable them again, set the notification's URL again.",
    ],
    [
      refused,
      1,
      'Notification to hooks.example.com, attempt 1 of 10: it is not public. There is no further attempt.',
    ],
  ])('describes the outcome %j', (outcome, attempts, expected) => {
    expect(
      attemptMessage('hooks.example.com', attempts, outcome, decideAfterAttempt(outcome, attempts, at)),
    ).toBe(expected);
  });
});
