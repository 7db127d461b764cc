import { describe, expect, it } from 'vitest';
import { decideAfterAttempt } from '../../../domain/notifications/attempt-decision.ts';
import { attemptMessage } from '../../../domain/notifications/attempt-message.ts';
import type { AttemptOutcome } from '../../../domain/notifications/attempt-outcome.ts';

const at = '2026-11-24T08:00:00.000Z';
const answered = (status: number): AttemptOutcome => ({
  outcome: 'responded',
  status,
  body: '',
  truncated: false,
});
const timeout: AttemptOutcome = { outcome: 'failed', cause: 'timeout', reason: 'it was too slow' };
const refused: AttemptOutcome = { outcome: 'refused', reason: 'it is not public' };

describe('The verdict on a try', () => {
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
  ])('%i is %s', (status, expected) => {
    expect(decideAfterAttempt(answered(status), 1, at).decision).toBe(expected);
  });

  it('is another try where no answer came, until the tenth', () => {
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
    expect(decideAfterAttempt(answered(500), 10, at)).toMatchObject({ decision: 'given-up' });
  });

  it('is the same for the first try and the tenth where more tries cannot help', () => {
    for (const tries of [1, 10]) {
      expect(decideAfterAttempt(refused, tries, at)).toEqual({
        decision: 'given-up',
        because: 'it is not public',
      });
      expect(decideAfterAttempt(answered(410), tries, at)).toMatchObject({ decision: 'disable' });
      expect(decideAfterAttempt(answered(200), tries, at)).toEqual({ decision: 'delivered' });
    }
  });

  it('heeds when the receiver wants it to be tried again', () => {
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

describe('The log tells of a try', () => {
  it.each([
    [answered(204), 1, 'Notification to hooks.example.com, try 1 of 10: received (204).'],
    [
      answered(500),
      2,
      'Notification to hooks.example.com, try 2 of 10: it answered 500; a status from 200 to 299 says that it was ' +
        'received. Next try at 2026-11-24T08:05:00.000Z.',
    ],
    [
      answered(302),
      10,
      'Notification to hooks.example.com, try 10 of 10: it answered 302, and redirects are not followed: set the ' +
        'address that it leads to. It is not tried again.',
    ],
    [
      answered(410),
      1,
      'Notification to hooks.example.com, try 1 of 10: it answered 410 (gone), so no more is sent there. ' +
        'Notifications are off until they are set anew.',
    ],
    [refused, 1, 'Notification to hooks.example.com, try 1 of 10: it is not public. It is not tried again.'],
  ])('%j', (outcome, tries, expected) => {
    expect(attemptMessage('hooks.example.com', tries, outcome, decideAfterAttempt(outcome, tries, at))).toBe(
      expected,
    );
  });
});
