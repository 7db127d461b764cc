import { describe, expect, it } from 'vitest';
import { tryMessage } from '../../../domain/notifications/try-message.ts';
import type { TryOutcome } from '../../../domain/notifications/try-outcome.ts';
import { verdictOn } from '../../../domain/notifications/verdict.ts';

const at = '2026-11-24T08:00:00.000Z';
const answered = (status: number): TryOutcome => ({
  outcome: 'answered',
  status,
  body: '',
  truncated: false,
});
const timeout: TryOutcome = { outcome: 'failed', cause: 'timeout', reason: 'it was too slow' };
const refused: TryOutcome = { outcome: 'refused', reason: 'it is not public' };

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
    expect(verdictOn(answered(status), 1, at).verdict).toBe(expected);
  });

  it('is another try where no answer came, until the tenth', () => {
    expect(verdictOn(timeout, 1, at)).toEqual({
      verdict: 'retry',
      at: '2026-11-24T08:00:05.000Z',
      because: 'it was too slow',
    });
    expect(verdictOn(timeout, 9, at)).toMatchObject({ verdict: 'retry', at: '2026-11-25T08:00:00.000Z' });
    expect(verdictOn(timeout, 10, at)).toEqual({ verdict: 'given-up', because: 'it was too slow' });
    expect(verdictOn(answered(500), 10, at)).toMatchObject({ verdict: 'given-up' });
  });

  it('is the same for the first try and the tenth where more tries cannot help', () => {
    for (const tries of [1, 10]) {
      expect(verdictOn(refused, tries, at)).toEqual({ verdict: 'given-up', because: 'it is not public' });
      expect(verdictOn(answered(410), tries, at)).toMatchObject({ verdict: 'disable' });
      expect(verdictOn(answered(200), tries, at)).toEqual({ verdict: 'delivered' });
    }
  });

  it('heeds when the receiver wants it to be tried again', () => {
    const busy: TryOutcome = {
      outcome: 'answered',
      status: 503,
      body: '',
      truncated: false,
      retryAfter: '90',
    };
    expect(verdictOn(busy, 1, at)).toMatchObject({ at: '2026-11-24T08:01:30.000Z' });
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
    expect(tryMessage('hooks.example.com', tries, outcome, verdictOn(outcome, tries, at))).toBe(expected);
  });
});
